import { HEARD, type Stage, silence, stage, status } from "./stage.ts";

const READY = '.status.conditions[]? | select(.type == "Ready") | .status';

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

/** How simulated nodes live: ready at once, with the capacity that they were created with. */
export function nodeStages(): readonly Stage[] {
    return [
        stage(
            "Node",
            "initialize",
            [HEARD, { key: READY, operator: "NotIn", values: ["True"] }],
            [status(INITIALIZED)],
        ),
        silence("Node"),
    ];
}
