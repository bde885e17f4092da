import type { Inputs } from "../../support/mocks.ts";
import { called } from "../rendered/pods.ts";
import type { Connection } from "./findings.ts";
import type { Pod } from "./network-policy.ts";
import { podNamed, type World } from "./world.ts";

/** What is said of Spark's own connections, and of Celeborn's; nothing that is rendered names their ports. */
interface SparkConnections {
    readonly connections: readonly Connection[];
    /** Pods, and the settings that they are told, in which addresses may be. */
    readonly readers: readonly { readonly pod: Pod; readonly settings: Inputs; readonly why: string }[];
}

const CELEBORN_WORKER = "celeborn-worker";
const CELEBORN_MASTER = "celeborn-master";

function tcp(from: Pod, to: Pod, port: number, why: string): Connection {
    return { from, to, port, protocol: "TCP", why };
}

/** The number of a port by its name. */
function numbered(pod: Pod, name: string): number {
    return pod.ports.find((port) => port.name === name)?.number ?? 0;
}

/**
 * Source: Spark, "Configuration", "Networking" (executors register with the driver, and both fetch blocks from both);
 * Celeborn, "Overview" of client, worker and master: the driver's LifecycleManager reserves slots, executors ask it, push
 * and fetch; masters tell workers of applications (`Master.sendApplicationMeta`), and workers replicate to each other.
 */
export function sparkConnections(world: World): SparkConnections {
    const worker = world.pods.find(({ name }) => name.endsWith(`/${CELEBORN_WORKER}`));
    const applications = world.objects.filter(({ kind }) => kind === "SparkApplication");
    const found = applications.map((application) => {
        const { namespace, name, object } = application;
        const driver = podNamed(world, `${namespace}/${name}-driver`);
        const executor = podNamed(world, `${namespace}/${name}-executor`);
        const why = called(application);
        const blocks = numbered(executor, "blockmanager");
        const lifecycle = numbered(driver, "lifecycle");
        return {
            connections: [
                tcp(executor, driver, numbered(driver, "driver-rpc-port"), `${why}: executors register`),
                tcp(executor, driver, blocks, `${why}: broadcasts`),
                tcp(driver, executor, blocks, `${why}: results`),
                tcp(executor, executor, blocks, `${why}: shuffles`),
                ...(lifecycle === 0 || worker === undefined
                    ? []
                    : [
                          tcp(executor, driver, lifecycle, `${why}: where to push to`),
                          tcp(driver, worker, numbered(worker, "rpc"), `${why}: slots`),
                          tcp(executor, worker, numbered(worker, "push"), `${why}: to push`),
                          tcp(executor, worker, numbered(worker, "fetch"), `${why}: to fetch`),
                      ]),
            ],
            readers: [driver, executor].map((pod) => ({ pod, settings: object["spec"].sparkConf, why })),
        };
    });
    return {
        connections: [
            ...found.flatMap(({ connections }) => connections),
            ...(worker === undefined
                ? []
                : [
                      tcp(
                          podNamed(world, `${worker.namespace}/${CELEBORN_MASTER}`),
                          worker,
                          numbered(worker, "rpc"),
                          "masters tell workers of applications",
                      ),
                      tcp(worker, worker, numbered(worker, "replicate"), "the second copy"),
                  ]),
        ],
        readers: found.flatMap(({ readers }) => readers),
    };
}
