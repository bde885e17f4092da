import * as eks from "@pulumi/aws/eks/index.js";
import * as iam from "@pulumi/aws/iam/index.js";
import * as pulumi from "@pulumi/pulumi";

/** One thing that a role may do. */
interface Statement {
    /** `logs:PutLogEvents`. */
    readonly actions: readonly string[];
    /** ARNs; the narrowest that do. */
    readonly resources: readonly pulumi.Input<string>[];
}

/** Who may assume a role through EKS Pod Identity. */
export interface PodPrincipal {
    /** ARN of the cluster that the pods run in. */
    readonly clusterArn: pulumi.Input<string>;
    readonly namespace: string;
    readonly serviceAccount: string;
}

/** What a {@link PodIdentity} is made of. */
export interface PodIdentityArgs extends PodPrincipal {
    readonly clusterName: string;
    readonly statements: readonly Statement[];
}

/**
 * A role that the pods of one service account in one cluster can assume, and nobody else.
 *
 * Source: EKS user guide, "Create IAM role with trust policy required by EKS Pod Identity"; the tags are those that the
 * service requests for the session.
 */
function trustingRole(name: string, principal: PodPrincipal, opts: pulumi.CustomResourceOptions): iam.Role {
    return new iam.Role(
        name,
        {
            description: `Pods of ${principal.namespace}/${principal.serviceAccount}`,
            assumeRolePolicy: pulumi.jsonStringify({
                Version: "2012-10-17",
                Statement: [
                    {
                        Effect: "Allow",
                        Principal: { Service: "pods.eks.amazonaws.com" },
                        Action: ["sts:AssumeRole", "sts:TagSession"],
                        Condition: {
                            StringEquals: {
                                "aws:RequestTag/kubernetes-namespace": principal.namespace,
                                "aws:RequestTag/kubernetes-service-account": principal.serviceAccount,
                            },
                            ArnEquals: { "aws:SourceArn": principal.clusterArn },
                        },
                    },
                ],
            }),
            tags: { Name: name },
        },
        opts,
    );
}

/**
 * A role that the pods of one service account in one cluster can assume, with one of AWS's policies attached.
 *
 * @returns the role's ARN, known when the policy is attached, so that no pod gets the role without its rights
 */
export function podRole(
    name: string,
    principal: PodPrincipal,
    managedPolicyArn: string,
    opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
    const role = trustingRole(name, principal, opts);
    const attachment = new iam.RolePolicyAttachment(
        name,
        { role: role.name, policyArn: managedPolicyArn },
        { ...opts, parent: role },
    );
    return pulumi.all([role.arn, attachment.id]).apply(([arn]) => arn);
}

/** Access to AWS for one workload: role, policy, and the association with its service account. */
export class PodIdentity extends pulumi.ComponentResource {
    readonly roleArn: pulumi.Output<string>;

    constructor(name: string, args: PodIdentityArgs, opts?: pulumi.ComponentResourceOptions) {
        super("dataplatform:infrastructure:PodIdentity", name, {}, opts);
        const role = trustingRole(name, args, { parent: this });
        const policy = new iam.RolePolicy(
            name,
            {
                role: role.name,
                policy: pulumi.jsonStringify({
                    Version: "2012-10-17",
                    Statement: args.statements.map(({ actions, resources }) => ({
                        Effect: "Allow",
                        Action: actions,
                        Resource: resources,
                    })),
                }),
            },
            { parent: role },
        );
        new eks.PodIdentityAssociation(
            name,
            {
                clusterName: args.clusterName,
                namespace: args.namespace,
                serviceAccount: args.serviceAccount,
                roleArn: role.arn,
            },
            { parent: this, dependsOn: [policy] },
        );
        this.roleArn = role.arn;
        this.registerOutputs({ roleArn: this.roleArn });
    }
}
