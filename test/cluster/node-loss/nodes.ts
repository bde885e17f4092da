import assert from "node:assert/strict";
import type { KubernetesObject } from "@kubernetes/client-node";
import { stackNodes } from "../../../tools/control-plane/nodes.ts";
import { stackConfig } from "../../stacks/raw-config.ts";

/** Nodes of prod, nearly all of the pool that runs the services: with one on a node or two, each can lose one replica. */
export function nodesOfServices(count: number): readonly KubernetesObject[] {
    const config = stackConfig("prod");
    assert.ok(config.target === "eks");
    const infra = { ...config.pools.infra, typical: 10 * count };
    return stackNodes({ ...config, pools: { ...config.pools, infra } }, { nodes: count });
}
