import * as pulumi from "@pulumi/pulumi";
import { StatelessService } from "../../components/stateless-service.ts";
import { dependencyList } from "../../components/support/children.ts";
import { serviceAddress } from "../../components/support/naming.ts";
import type { Peer, Resources } from "../../components/workload-args.ts";
import { PROXY_PASSWORD, PROXY_PORT, PROXY_STATUS_PORT, proxySettings } from "./cache/proxy-settings.ts";
import type { Cache } from "./cache.ts";
import { placed, type WorkloadContext } from "./context.ts";

/** Name of the proxies' component, which the cache lets in. */
export const CACHE_PROXY = "cache-proxy";

const CONFIG_FILE = "/usr/local/etc/haproxy/haproxy.cfg";
/** `haproxy` in the image. Source: docker-library/haproxy, Dockerfile for Debian. */
const USER = 99;

/** Arguments of {@link CacheProxy}. */
export interface CacheProxyArgs {
    readonly config: {
        /** HAProxy, 3.1 or later. */
        readonly image: string;
        readonly replicas: number;
        readonly resources: Resources;
    };
    readonly context: WorkloadContext;
    /** The cache's own: its password is there. Has to be there before (see `dependsOn`). */
    readonly namespace: string;
    readonly cache: Pick<Cache, "serverAddresses" | "password" | "passwordSecret">;
    /** Who may connect. */
    readonly clients: readonly Peer[];
}

/**
 * One address for the primary of Valkey with Sentinel, for clients that cannot ask sentinels: HAProxy, which asks each server
 * every second whether it leads. It adds two seconds to a failover, and it closes what was connected to the old primary.
 */
export class CacheProxy extends pulumi.ComponentResource {
    /** DNS name. */
    readonly host: string;
    readonly port = PROXY_PORT;
    /** Of the servers, which clients log in to by the proxies. */
    readonly password: pulumi.Output<string>;

    /** @throws {ArgumentError} with every argument that no workload can be made of */
    constructor(name: string, args: CacheProxyArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("dataplatform:system:CacheProxy", name, {}, opts);
        const { config, context, namespace, cache, clients } = args;
        new StatelessService(
            CACHE_PROXY,
            {
                ...placed(context),
                namespace,
                system: name,
                image: config.image,
                command: ["haproxy", "-W", "-db", "-f", CONFIG_FILE],
                env: { [PROXY_PASSWORD]: cache.passwordSecret },
                configFiles: { [CONFIG_FILE]: proxySettings(cache.serverAddresses) },
                replicas: config.replicas,
                resources: config.resources,
                security: { user: USER, group: USER },
                ports: { valkey: PROXY_PORT, status: PROXY_STATUS_PORT },
                metrics: { port: "status" },
                // Itself and not the cache, which it outlives.
                health: { ready: { kind: "http", path: "/", port: "status" }, startUp: "30 seconds" },
                allowFrom: clients.map((client) => ({ ...client, ports: ["valkey"] })),
                availability: context.availability,
            },
            { parent: this, dependsOn: dependencyList(opts.dependsOn) },
        );
        this.host = serviceAddress(CACHE_PROXY, namespace);
        this.password = cache.password;
        this.registerOutputs({ host: this.host });
    }
}
