import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { resolveClusterFacts } from "../../components/cluster-facts.ts";
import { OrderedStatefulService, replicaAddress } from "../../components/ordered-stateful-service.ts";
import { PROMETHEUS_RULE, prometheusRuleSpec } from "../../components/specs/monitoring.ts";
import { governingServiceName } from "../../components/specs/service.ts";
import { dependencyList } from "../../components/support/children.ts";
import { serviceAddress, workloadLabels } from "../../components/support/naming.ts";
import { bytes } from "../../components/values/quantity.ts";
import type { EnvValue, Peer, SidecarArgs } from "../../components/workload-args.ts";
import type { StackConfig } from "../config.ts";
import { cacheAlerts } from "./cache/alerts.ts";
import {
    DATA,
    DOWN_AFTER,
    handOverScript,
    PRIMARY_NAME,
    RUNTIME,
    SCRIPTS,
    SENTINEL_PORT,
    sentinelScript,
    VALKEY_PORT,
    valkeyScript,
} from "./cache/scripts.ts";
import { placed, type WorkloadContext } from "./context.ts";

/** One in each zone, of which two are a majority of the sentinels. */
const REPLICAS = 3;
const PASSWORD_LENGTH = 32;
/** `valkey` and its group in the image. Source: valkey-io/valkey-container, Dockerfile for Debian. */
const VALKEY_USER = 999;
/** Source: oliver006/redis_exporter, Dockerfile. */
const EXPORTER_USER = 59_000;
const EXPORTER = "exporter";
const EXPORTER_PORT = 9121;
/** Part of the memory that is for data; the rest is for the connections, and for what a rewriting copies meanwhile. */
const DATA_SHARE = 0.6;

/** Arguments of {@link Cache}. */
export interface CacheArgs {
    readonly config: NonNullable<StackConfig["cache"]>;
    readonly context: WorkloadContext;
    /** Has to be there before (see `dependsOn`). */
    readonly namespace: string;
    /** Who may connect, beside those of the configuration; to servers and sentinels where no `ports` say otherwise. */
    readonly clients: readonly Peer[];
}

/**
 * Valkey for what is read often or handed on: a cache, a broker of messages. One primary takes writes, two replicas follow,
 * and three sentinels make one of them the primary when it is gone.
 *
 * A sentinel runs beside each server, in its pod: three pods lie in three zones as the volumes do, so what takes a server
 * away takes one vote along and never two, and there is one thing to roll out, to budget and to watch. Sentinels of their
 * own would be three more pods whose zones nothing ties to those of the data.
 *
 * Clients ask a sentinel who leads (`sentinelAddresses`, the name `primaryName`, the same password for both); an address of
 * Kubernetes' own cannot know. For those that cannot ask there is `CacheProxy`. Connections are not encrypted: network policies let in the named peers and nobody else.
 */
export class Cache extends pulumi.ComponentResource {
    /** `HOST:PORT` of each sentinel. */
    readonly sentinelAddresses: readonly string[];
    /** `HOST:PORT` of each server, of which one leads. */
    readonly serverAddresses: readonly string[];
    readonly primaryName = PRIMARY_NAME;
    /** Of servers and sentinels; goes into a Secret of the client's own namespace. */
    readonly password: pulumi.Output<string>;
    /** Where clients in the same namespace find the password. */
    readonly passwordSecret: { readonly secret: string; readonly key: string };

    /** @throws {ArgumentError} with every argument that no workload can be made of */
    constructor(name: string, args: CacheArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("dataplatform:system:Cache", name, {}, opts);
        const { namespace } = args;
        const dependsOn = dependencyList(opts.dependsOn);
        this.passwordSecret = { secret: name, key: "password" };
        const length = { length: PASSWORD_LENGTH, special: false };
        this.password = new random.RandomPassword(`${name}-password`, length, { parent: this }).result;
        const secret = new k8s.core.v1.Secret(
            name,
            {
                metadata: { name, namespace, labels: workloadLabels(name, name) },
                stringData: { password: this.password },
            },
            { parent: this, dependsOn },
        );
        const addresses = (port: number): readonly string[] =>
            Array.from({ length: REPLICAS }, (_, ordinal) => `${replicaAddress(name, namespace, ordinal)}:${port}`);
        this.sentinelAddresses = addresses(SENTINEL_PORT);
        this.serverAddresses = addresses(VALKEY_PORT);
        const env: Readonly<Record<string, EnvValue>> = {
            POD_NAME: { field: "metadata.name" },
            PASSWORD: this.passwordSecret,
            // What valkey-cli logs in with.
            REDISCLI_AUTH: this.passwordSecret,
            GROUP: `${serviceAddress(governingServiceName(name), namespace)}:${VALKEY_PORT}`,
            FIRST: this.serverAddresses[0] ?? "",
            SENTINELS: this.sentinelAddresses.join(" "),
        };
        this.#servers(name, args, env, [...dependsOn, secret]);
        this.#alerts(name, args, dependsOn);
        this.registerOutputs({ sentinelAddresses: this.sentinelAddresses });
    }

    #servers(
        name: string,
        { config, context, namespace, clients }: CacheArgs,
        env: Readonly<Record<string, EnvValue>>,
        dependsOn: pulumi.Input<pulumi.Resource>[],
    ): OrderedStatefulService {
        const { storageClass } = context;
        const maxMemory = Math.floor(bytes(config.resources.memory) * DATA_SHARE);
        const evict = config.whenFull === "evict-least-recent";
        const peers: readonly Peer[] = [...clients, ...config.clients];
        return new OrderedStatefulService(
            name,
            {
                ...placed(context, "data"),
                namespace,
                system: name,
                image: config.image,
                quorum: "majority",
                replicas: REPLICAS,
                // A sentinel is ready when it sees a majority, and sees none while each waits for the one before.
                order: "parallel",
                command: ["/bin/sh", `${SCRIPTS}/valkey.sh`],
                env,
                configFiles: {
                    [`${SCRIPTS}/valkey.sh`]: valkeyScript({ maxMemory, evict }),
                    [`${SCRIPTS}/sentinel.sh`]: sentinelScript(),
                    [`${SCRIPTS}/hand-over.sh`]: handOverScript(),
                },
                scratch: { [RUNTIME]: { size: "1Mi", medium: "memory" }, "/tmp": "16Mi" },
                volumes: {
                    data: {
                        mountPath: DATA,
                        size: config.storage,
                        ...(storageClass === undefined ? {} : { storageClass }),
                    },
                },
                claimProvider: context.claimProvider,
                resources: config.resources,
                ports: { valkey: VALKEY_PORT },
                health: {
                    // An error while the append-only file is still read.
                    ready: { kind: "command", command: ["/bin/sh", "-c", "valkey-cli ping | grep -qx PONG"] },
                    alive: { kind: "tcp", port: "valkey" },
                    startUp: "5 minutes",
                },
                shutdown: {
                    gracePeriod: "60 seconds",
                    before: { command: ["/bin/sh", `${SCRIPTS}/hand-over.sh`] },
                },
                sidecars: { sentinel: sentinel(config.image, env), [EXPORTER]: exporter(name, config.exporter) },
                metrics: { port: "metrics" },
                allowFrom: peers.map((peer) => ({ ports: ["valkey", "sentinel"], ...peer })),
                failover: {
                    kind: "promotion",
                    leaderTimeToLive: DOWN_AFTER,
                    // The sentinels' agreement and election, the promotion, and the clients' way to the new primary.
                    promotion: "20 seconds",
                },
                availability: context.availability,
                security: { user: VALKEY_USER, group: VALKEY_USER, volumeGroup: VALKEY_USER },
            },
            { parent: this, dependsOn },
        );
    }

    #alerts(
        name: string,
        { context, namespace }: CacheArgs,
        dependsOn: pulumi.Input<pulumi.Resource>[],
    ): k8s.apiextensions.CustomResource {
        const { labels, dependsOn: monitoring } = resolveClusterFacts(context.cluster).monitoring;
        const rules = `${name}-data`;
        const subject = { name, namespace, system: name, containers: [name] };
        return new k8s.apiextensions.CustomResource(
            rules,
            {
                ...PROMETHEUS_RULE,
                metadata: { name: rules, namespace, labels: { ...workloadLabels(name, name), ...labels } },
                spec: prometheusRuleSpec([cacheAlerts(subject, EXPORTER)]),
            },
            { parent: this, dependsOn: [...dependsOn, ...monitoring] },
        );
    }
}

/** A sentinel is ready while it sees enough of the others to make a new primary; a pod without is none. */
function sentinel(image: string, env: Readonly<Record<string, EnvValue>>): SidecarArgs {
    const check = `valkey-cli -p ${SENTINEL_PORT} sentinel ckquorum ${PRIMARY_NAME} | grep -q '^OK'`;
    return {
        image,
        command: ["/bin/sh", `${SCRIPTS}/sentinel.sh`],
        env,
        ports: { sentinel: SENTINEL_PORT },
        health: {
            ready: { kind: "command", command: ["/bin/sh", "-c", check] },
            alive: { kind: "tcp", port: "sentinel" },
            // It hears of the others through the primary, which starts after it.
            started: { kind: "tcp", port: "sentinel" },
            startUp: "30 seconds",
        },
        resources: { cpu: "20m", memory: "64Mi" },
        security: { user: VALKEY_USER, group: VALKEY_USER },
    };
}

function exporter(name: string, config: CacheArgs["config"]["exporter"]): SidecarArgs {
    return {
        image: config.image,
        env: {
            REDIS_ADDR: `redis://127.0.0.1:${VALKEY_PORT}`,
            REDIS_PASSWORD: { secret: name, key: "password" },
        },
        ports: { metrics: EXPORTER_PORT },
        resources: config.resources,
        security: { user: EXPORTER_USER, group: EXPORTER_USER },
    };
}
