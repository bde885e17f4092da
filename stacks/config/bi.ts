import { z } from "zod";
import { bytes, millicores } from "../../components/values/quantity.ts";
import { count, duration, image, matching, refuse, resources, section, volumeSize } from "./fields.ts";

/** More than one, so that a survivor carries the load. */
const replicas = () => count(2, 20);

/** Metabase; its database is on the server of `metabaseDatabase`. */
export const metabase = () =>
    section({
        image: image(),
        replicas: replicas(),
        /** Of each replica. */
        resources: resources(),
    });

/** What queries wait in. Redash cannot ask sentinels who leads. */
const cache = () => z.discriminatedUnion("kind", [proxiedCache(), externalCache()]);

/** The stack's own (`cache`), by proxies that lead to its primary, also after a failover. */
const proxiedCache = () =>
    section({
        /** Where it is. */
        kind: z.literal("in-cluster"),
        /** HAProxy, 3.1 or later. */
        proxy: section({
            image: image(),
            /** Each knows the primary by itself. */
            replicas: count(2, 5),
            /** Of each replica. */
            resources: resources(),
        }),
    });

/** Something that speaks Redis' protocol and keeps one address over its failover, such as ElastiCache. */
const externalCache = () =>
    section({
        /** Where it is. */
        kind: z.literal("external"),
        /** Where it is reached. */
        host: matching(
            /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/,
            "it is no host name",
            'Write it like "master.cache.abc123.euc1.cache.amazonaws.com"',
        ),
        /** The port of it. */
        port: count(1, 65_535),
        /** Whether it wants TLS. */
        tls: z.boolean(),
    });

/** Superset; its database is on the server of `metabaseDatabase`, and its queue in `cache`. */
export const superset = () =>
    section({
        /** With the drivers of PostgreSQL (psycopg2) and Redis in it: the `-dev` variants have them, or one of your own. */
        image: image(),
        replicas: section({ web: replicas(), worker: replicas() }),
        /** Processes of each web server and worker. */
        processes: count(1, 64),
        resources: section({ web: resources(), worker: resources(), beat: resources() }),
    });

/** Redash; its database is on the server of `metabaseDatabase`. */
export const redash = () =>
    section({
        image: image(),
        replicas: section({ server: replicas(), worker: replicas() }),
        /** Processes of each server and worker. */
        processes: count(1, 64),
        resources: section({ server: resources(), worker: resources(), scheduler: resources() }),
        /** For queries that wait. */
        cache: cache(),
    });

/** Zeppelin: one server, on a volume. */
export const zeppelin = () =>
    section({
        image: image(),
        /** Of its notebooks. */
        storage: volumeSize(),
        resources: resources(),
    });

/** As they sign in; JupyterHub knows them in lower case. */
const userName = () =>
    matching(
        /^[a-z0-9][a-z0-9._@-]{0,62}$/,
        "a user's name has 1 to 63 lower-case letters, digits and ._@-",
        "Write it as the user signs in",
    );

/** The chart joins name and tag itself. */
const taggedImage = () =>
    image().superRefine((text, sink) => {
        if (text.includes("@")) {
            refuse(sink, "JupyterHub's chart takes a tag and no digest", 'Write it like "registry/name:1.2.3"');
        }
    });

/** JupyterHub; its database is on the server of `metabaseDatabase`. */
export const jupyterhub = () =>
    section({
        /** Of the notebooks; with JupyterHub's `jupyterhub-singleuser` in it. */
        image: taggedImage(),
        /** Who may stop others' notebooks. */
        admins: z.array(userName()).min(1),
        users: z.array(userName()),
        /** What each notebook is sure of. */
        guarantee: resources(),
        /** What each notebook may take at most. */
        limit: resources(),
        /** Of each user's home. */
        homeStorage: volumeSize(),
        /** For how long a notebook may do nothing before it is stopped; its home stays. */
        idleTimeout: duration(),
    }).superRefine(({ guarantee, limit }, sink) => {
        if (millicores(limit.cpu) < millicores(guarantee.cpu)) {
            refuse(sink, `it is below the guarantee of ${guarantee.cpu}`, "Raise it", ["limit", "cpu"], limit.cpu);
        }
        if (bytes(limit.memory) < bytes(guarantee.memory)) {
            const reason = `it is below the guarantee of ${guarantee.memory}`;
            refuse(sink, reason, "Raise it", ["limit", "memory"], limit.memory);
        }
    });
