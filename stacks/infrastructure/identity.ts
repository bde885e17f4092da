import * as eks from "@pulumi/aws/eks/index.js";
import * as iam from "@pulumi/aws/iam/index.js";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument, type Statement } from "./policy.ts";

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
 * @param statements what the role may do beside it
 * @returns the role's ARN, known when the policies are there, so that no pod gets the role without its rights
 */
export function podRole(
    name: string,
    principal: PodPrincipal,
    managedPolicyArn: string,
    opts: pulumi.CustomResourceOptions,
    statements: readonly Statement[] = [],
): pulumi.Output<string> {
    const role = trustingRole(name, principal, opts);
    const owned = { ...opts, parent: role };
    const attachment = new iam.RolePolicyAttachment(name, { role: role.name, policyArn: managedPolicyArn }, owned);
    const policies = rolePolicy(name, role.name, statements, owned);
    return pulumi.all([role.arn, pulumi.all([attachment.id, ...policies])]).apply(([arn]) => arn);
}

/**
 * Gives statements to a role.
 *
 * @returns the id of its policy, for what has to wait for it; none without statements
 */
export function rolePolicy(
    name: string,
    role: pulumi.Input<string>,
    statements: readonly Statement[],
    opts: pulumi.CustomResourceOptions,
): pulumi.Output<string>[] {
    const policy = pulumi.jsonStringify(policyDocument(statements));
    return statements.length === 0 ? [] : [new iam.RolePolicy(name, { role, policy }, opts).id];
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
                policy: pulumi.jsonStringify(policyDocument(args.statements)),
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
