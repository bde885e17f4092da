import { POOL_LABEL } from "../../../components/support/naming.ts";
import type { EksConfig } from "../../../stacks/config.ts";
import { allPools, type Pool } from "../../../stacks/infrastructure/pools.ts";
import { NODE_AGENTS } from "../../ec2/agents.ts";
import { allocatable } from "../../ec2/capacity.ts";
import { instanceType } from "../../ec2/instance-types.ts";
import { Refusal } from "../errors.ts";
import { field, kubernetesObject, list, quantity } from "../kubernetes.ts";
import type { RecordedResource } from "../resource.ts";
import { podRequests } from "../totals.ts";
import { chartValue } from "../volumes.ts";
import type { Node, Room } from "./packing.ts";

/** A machine of a pool, and what it has for pods beside its agents. */
interface Machine {
    readonly type: string;
    readonly room: Room;
}

/** A pool, and what one of its nodes has for pods. */
export interface PoolRoom extends Machine {
    readonly pool: Pool;
    /** What else the pool may start, in the order of preference; `type` and `room` are the first's. */
    readonly others: readonly Machine[];
}

/** What is told of a pool whose machines are not known. */
export interface UnknownPool {
    readonly pool: Pool;
    readonly why: string;
}

type Resources = readonly RecordedResource[];

/** Slots that the driver keeps from pods' volumes: as the add-on says, or at least the root volume's. */
function reservedVolumes(resources: Resources): number {
    const driver = resources.find(
        ({ type, inputs }) => type === "aws:eks/addon:Addon" && inputs["addonName"] === "aws-ebs-csi-driver",
    );
    const text = driver?.inputs["configurationValues"];
    const values: unknown = typeof text === "string" ? JSON.parse(text) : {};
    const reserved = chartValue(values, "node.reservedVolumeAttachments");
    return typeof reserved === "number" ? reserved : 1;
}

/** Whether an agent is for the nodes of a pool, as a node agent says it: for all of them, or for some pools by name. */
function runsOn(pod: unknown, pool: Pool): boolean {
    const terms = list(
        pod,
        "affinity",
        "nodeAffinity",
        "requiredDuringSchedulingIgnoredDuringExecution",
        "nodeSelectorTerms",
    );
    const isMet = (expression: unknown): boolean =>
        field(expression, "key") !== POOL_LABEL || list(expression, "values").includes(pool.name);
    return terms.length === 0 || terms.some((term) => list(term, "matchExpressions").every(isMet));
}

/** What the agents of a pool's nodes take: those of EKS, and the program's own that run there. */
function agentsOf(pool: Pool, resources: Resources): Room {
    const own = resources
        .map(kubernetesObject)
        .filter((object) => object?.kind === "DaemonSet")
        .map((object) => field(object, "spec", "template", "spec"))
        .filter((pod) => runsOn(pod, pool))
        .map(podRequests);
    const all = [...own, ...NODE_AGENTS];
    return {
        cpu: all.reduce((sum, { cpu }) => sum + cpu, 0),
        memory: all.reduce((sum, { memory }) => sum + memory, 0),
        pods: all.length,
        volumes: 0,
    };
}

/** @throws {Refusal} if the size of such a machine is not known */
function machineOf(name: string, pool: Pool, agents: Room, reserved: number): Machine {
    const type = instanceType(name);
    const has = allocatable(type, pool);
    return {
        type: name,
        room: {
            cpu: quantity(has.cpu) - agents.cpu,
            memory: quantity(has.memory) - agents.memory,
            pods: quantity(has.pods) - agents.pods,
            volumes: type.volumes - reserved,
        },
    };
}

function roomOf(pool: Pool, resources: Resources): PoolRoom | UnknownPool {
    const [agents, reserved] = [agentsOf(pool, resources), reservedVolumes(resources)];
    const machines = pool.instanceTypes.map(({ name }): Machine | Refusal => {
        try {
            return machineOf(name, pool, agents, reserved);
        } catch (error) {
            if (!(error instanceof Refusal)) {
                throw error;
            }
            return error;
        }
    });
    const [first, ...others] = machines;
    return first === undefined || first instanceof Refusal
        ? { pool, why: first?.message ?? "it has no instance types" }
        : { pool, ...first, others: others.filter((machine): machine is Machine => !(machine instanceof Refusal)) };
}

/** What the nodes of each pool have for pods. */
export function poolRooms(config: EksConfig, resources: Resources): readonly (PoolRoom | UnknownPool)[] {
    return allPools(config.pools).map((pool) => roomOf(pool, resources));
}

/** Nodes of a pool, shared evenly by the zones. */
export function nodesOf({ pool, room }: PoolRoom, zones: readonly string[], count: number): Node[] {
    return Array.from({ length: count }, (_, index) => {
        const zone = zones[index % zones.length] ?? "";
        return { name: `${pool.name}-${zone}-${Math.floor(index / zones.length)}`, zone, room };
    });
}
