/**
 * How a program of AWS finds the credentials of its pod's role. EKS sets these variables in every container; here they are
 * for programs that somebody starts without the container's variables.
 *
 * Source: Amazon EKS user guide, "Understand how EKS Pod Identity works".
 */
export const CREDENTIALS: Readonly<Record<string, string>> = {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://169.254.170.23/v1/credentials",
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE:
        "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount/eks-pod-identity-token",
};
