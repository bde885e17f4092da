import { HEARD, type Stage, silence, stage, status } from "./stage.ts";

/**
 * How often a kubelet is heard, as it renews its lease.
 *
 * @see https://kubernetes.io/docs/reference/node/node-status/#heartbeats
 */
const HEARTBEAT_SECONDS = 10;

/** So that the nodes of a cluster, which start together, do not report together. */
const JITTER_SECONDS = 1;

const READY = '.status.conditions[]? | select(.type == "Ready") | .status';

/** Go by the last heartbeat: the delay begins again whenever the node changes, and it would never be heard. */
function sinceHeartbeat(seconds: number): string {
    return [
        '([.status.conditions[]? | select(.type == "Ready") | .lastHeartbeatTime | fromdate] | first) as $last',
        `[($last + ${seconds} - now) * 1000, 0] | max | floor | tostring + "ms"`,
    ].join(" | ");
}

/** What the kubelet of a node reports when it starts, or is heard again. */
const INITIALIZED = `
{{ $now := Now }}
conditions:
{{ range NodeConditions }}
- type: {{ .type | Quote }}
  status: {{ .status | Quote }}
  reason: {{ .reason | Quote }}
  message: {{ .message | Quote }}
  lastHeartbeatTime: {{ $now | Quote }}
  lastTransitionTime: {{ $now | Quote }}
{{ end }}
{{ if not .status.addresses }}
addresses:
- type: Hostname
  address: {{ .metadata.name | Quote }}
{{ end }}
`;

const HEARTBEAT = `
conditions:
- type: Ready
  lastHeartbeatTime: {{ Now | Quote }}
`;

/** How simulated nodes live: ready at once, with the capacity that they were created with, and heard regularly. */
export function nodeStages(): readonly Stage[] {
    const delay = {
        durationFrom: { jq: { expression: sinceHeartbeat(HEARTBEAT_SECONDS - JITTER_SECONDS) } },
        jitterDurationFrom: { jq: { expression: sinceHeartbeat(HEARTBEAT_SECONDS + JITTER_SECONDS) } },
    };
    return [
        stage(
            "Node",
            "initialize",
            [HEARD, { key: READY, operator: "NotIn", values: ["True"] }],
            [status(INITIALIZED)],
        ),
        stage("Node", "heartbeat", [HEARD, { key: READY, operator: "In", values: ["True"] }], [status(HEARTBEAT)], {
            delay,
            immediateNextStage: true,
        }),
        silence("Node"),
    ];
}
