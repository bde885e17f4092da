import type { Problems } from "../../components/support/errors.ts";
import { amiType, architecture, hasLocalDisk, instanceType, matchingTypes } from "../infrastructure/instance-types.ts";
import { instanceNeeds } from "../infrastructure/pools.ts";
import type { ValidSections } from "./checks.ts";
import type { EksConfig } from "./schema.ts";

type Pools = EksConfig["pools"];

function checkManaged(problems: Problems, field: string, pool: Pools["infra"], zones: number): void {
    problems.attempt(`${field}.instanceTypes`, () => amiType(pool.instanceTypes));
    pool.instanceTypes.forEach((type, index) => {
        problems.attempt(`${field}.instanceTypes[${index}]`, () => instanceType(type));
    });
    for (const key of ["min", "typical", "max"] as const) {
        problems.check(
            pool[key] % zones === 0,
            `${field}.${key}`,
            pool[key],
            `it cannot be shared evenly by the groups of ${zones} zones`,
            `Use a multiple of ${zones}, such as ${Math.ceil(pool[key] / zones) * zones}`,
        );
    }
}

function checkProvisioned(problems: Problems, field: string, pool: Pools["batch"]): void {
    const { instanceFamilies, instanceStore, minCpu, maxCpu, minMemory } = pool;
    problems.attempt(`${field}.instanceFamilies`, () => architecture(instanceFamilies));
    instanceFamilies.forEach((family, index) => {
        problems.check(
            !instanceStore || hasLocalDisk(family),
            `${field}.instanceFamilies[${index}]`,
            family,
            "with instanceStore, pods' scratch space lies on disks that it does not have",
            "Use a family with local disks, such as r6id or i4i",
        );
    });
    const types = problems.attempt(`${field}.instanceFamilies`, () => matchingTypes(instanceNeeds(pool)));
    problems.check(
        types === undefined || types.length > 0,
        `${field}.minMemory`,
        minMemory,
        `no size of ${instanceFamilies.join(", ")} from ${minCpu} to ${maxCpu} CPUs has as much memory`,
        "Ask for less, or raise maxCpu",
    );
}

/** Checks the pools against each other and against the network. */
export function checkPools(
    problems: Problems,
    { pools, network, nodeUpdates, cluster, environment }: ValidSections,
): void {
    if (pools !== undefined) {
        const { infra, streaming, sparkDriver } = pools;
        const zones = network?.zones.length ?? 1;
        checkManaged(problems, "pools.infra", infra, zones);
        if (streaming !== undefined) {
            checkManaged(problems, "pools.streaming", streaming, zones);
        }
        for (const key of ["batch", "sparkDriver", "sparkExecutor"] as const) {
            checkProvisioned(problems, `pools.${key}`, pools[key]);
        }
        problems.check(
            !sparkDriver.capacity.includes("spot"),
            "pools.sparkDriver.capacity",
            sparkDriver.capacity,
            "an application fails with its driver, and a spot node goes at two minutes' notice",
            "Use [on-demand]",
        );
    }
    problems.check(
        environment !== "prod" || nodeUpdates?.amiRelease !== "latest",
        "nodeUpdates.amiRelease",
        nodeUpdates?.amiRelease,
        "nodes of production would boot an image that has run nowhere before",
        'Pin the release that staging runs, such as "1.35.7-20260827"',
    );
    const release = nodeUpdates?.amiRelease ?? "latest";
    problems.check(
        cluster === undefined || release === "latest" || release.startsWith(`${cluster.version}.`),
        "nodeUpdates.amiRelease",
        release,
        `it has another version of Kubernetes than cluster.version, ${cluster?.version}`,
        "Use a release of that version: nodes follow the control plane",
    );
}
