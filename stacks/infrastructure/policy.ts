import type * as pulumi from "@pulumi/pulumi";

/** Conditions of a statement: values by condition key, by operator. */
export type Conditions = Readonly<
    Record<string, Readonly<Record<string, pulumi.Input<string> | readonly pulumi.Input<string>[]>>>
>;

/** One thing that a role may do. */
export interface Statement {
    /** `logs:PutLogEvents`. */
    readonly actions: readonly string[];
    /** ARNs; the narrowest that do. */
    readonly resources: readonly pulumi.Input<string>[];
    /** @default none */
    readonly conditions?: Conditions;
}

/** A statement as IAM's policy language writes it, in a policy of a resource. */
export interface PolicyStatement {
    readonly Sid: string;
    readonly Effect: "Allow" | "Deny";
    readonly Principal: "*" | Readonly<Record<string, string>>;
    readonly Action: string | readonly string[];
    readonly Resource: string | readonly string[];
    readonly Condition?: Conditions;
}

/** The document of an identity's policy. */
export function policyDocument(statements: readonly Statement[]): object {
    return {
        Version: "2012-10-17",
        Statement: statements.map(({ actions, resources, conditions }) => ({
            Effect: "Allow",
            Action: actions,
            Resource: resources,
            ...(conditions === undefined ? {} : { Condition: conditions }),
        })),
    };
}
