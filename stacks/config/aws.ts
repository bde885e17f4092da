import { z } from "zod";
import { count, matching, refuse, section } from "./fields.ts";

const accountId = () =>
    matching(/^\d{12}$/, "an AWS account has twelve digits", 'Write it like "111122223333", in quotes');

/** One account, as the provider's list of accounts that it accepts. */
export const accountIds = () =>
    z
        .array(accountId())
        .min(1)
        .superRefine((accounts, sink) => {
            if (accounts.length > 1) {
                refuse(sink, "names and policies are made for one account", "List the account of this stack alone");
            }
        })
        .transform(([account = ""]) => account);

/** A secret of Secrets Manager that ECR may read: it looks at no other names. */
const registrySecretArn = () =>
    matching(
        /^arn:aws:secretsmanager:[a-z0-9-]+:\d{12}:secret:ecr-pullthroughcache\/[\w/+=.@-]+$/,
        'it is no ARN of a secret whose name begins with "ecr-pullthroughcache/"',
        'Write it like "arn:aws:secretsmanager:eu-central-1:111122223333:secret:ecr-pullthroughcache/docker-hub-AbCdEf"',
    );

/** How long objects of the buckets are kept, where their age alone decides. */
export const buckets = () =>
    section({
        /** Logs of Airflow's tasks. */
        airflowLogDays: count(1, 3650),
        /** What Spark's history server shows. */
        sparkEventDays: count(1, 3650),
    });

/** Copies of public images in ECR. */
export const imageCache = () =>
    section({
        /**
         * Secrets with `username` and `accessToken`, made by hand. The images of a registry without one are pulled past the
         * cache; quay.io, registry.k8s.io and public.ecr.aws need none.
         */
        credentials: section({ dockerHub: registrySecretArn().optional(), github: registrySecretArn().optional() }),
    });
