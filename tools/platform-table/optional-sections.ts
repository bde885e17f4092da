/** Sections that switch on what prod leaves out, with values that stand for any. */
export const OPTIONAL_SECTIONS = {
    externalSecrets: {
        secretArns: ["arn:aws:secretsmanager:eu-central-1:111122223333:secret:metabase-AbCdEf"],
    },
    verticalAutoscaler: { resources: { cpu: "100m", memory: "500Mi" } },
} as const;
