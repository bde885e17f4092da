/** Names of the containers that a kubelet lists where they are not ready. */
const UNREADY =
    "containers with unready status: [{{ range $i, $c := .spec.containers }}{{ if $i }} {{ end }}{{ $c.name }}{{ end }}]";

/** A condition in which a pod is from now on. */
function condition(type: string, holds: boolean, reason: string | null, message: string | null): string {
    return [
        `- type: ${type}`,
        `  status: "${holds ? "True" : "False"}"`,
        "  lastTransitionTime: {{ $now | Quote }}",
        // Null takes away what was said when it did not hold.
        `  reason: ${reason}`,
        `  message: ${message === null ? null : JSON.stringify(message)}`,
    ].join("\n");
}

/** Why a condition does not hold. */
export interface Reason {
    readonly reason: string | null;
    /** A template. @default the containers that are not ready */
    readonly message?: string | null;
}

/** Conditions of a pod by the kubelet; a reason where one does not hold. */
export function conditions(types: Readonly<Record<string, true | Reason>>): string {
    const lines = Object.entries(types).map(([type, state]) =>
        state === true
            ? condition(type, true, null, null)
            : condition(type, false, state.reason, state.message === undefined ? UNREADY : state.message),
    );
    return ["conditions:", ...lines].join("\n");
}

/** The node's address, and one for the pod, as from a network plugin. */
export const ADDRESSES = `
startTime: {{ or .status.startTime $now | Quote }}
{{ with NodeIPsWith .spec.nodeName }}
hostIP: {{ index . 0 | Quote }}
hostIPs:
{{ range . }}
- ip: {{ . | Quote }}
{{ end }}
{{ end }}
{{ with PodIPsWith .spec.nodeName (or .spec.hostNetwork false) (or .metadata.uid "") .metadata.name .metadata.namespace }}
podIP: {{ index . 0 | Quote }}
podIPs:
{{ range . }}
- ip: {{ . | Quote }}
{{ end }}
{{ end }}
`;

function indented(text: string, spaces: number): string {
    return text
        .trim()
        .split("\n")
        .map((line) => " ".repeat(spaces) + line)
        .join("\n");
}

/** What becomes of a container: `state` is a template, on the container. */
export interface ContainerState {
    readonly ready: boolean;
    /** Whether the start-up probe has passed; a template. */
    readonly started: string;
    readonly state: string;
    /** Times that it was restarted; a template. */
    readonly restarts?: string;
    /** How it ended before; a template. */
    readonly last?: string;
}

function container({ ready, started, state, restarts = "0", last }: ContainerState): string {
    return `
- name: {{ .name | Quote }}
  image: {{ .image | Quote }}
  imageID: ""
  ready: ${ready}
  started: ${started}
  restartCount: ${restarts}
  state:
${indented(state, 4)}${last === undefined ? "" : `\n  lastState:\n${indented(last, 4)}`}`;
}

/** States of the containers, `special` ones where a template condition on the container holds. */
export function containers(
    field: "containers" | "initContainers",
    usual: ContainerState,
    special?: { readonly when: string; readonly state: ContainerState },
): string {
    const name = field === "containers" ? "containerStatuses" : "initContainerStatuses";
    const body =
        special === undefined
            ? container(usual)
            : `{{ if ${special.when} }}${container(special.state)}\n{{ else }}${container(usual)}\n{{ end }}`;
    // The list is replaced as a whole, so each keeps its start from the status; a sidecar is an init container.
    return `
{{ with .spec.${field} }}
${name}:
{{ range $index, $container := . }}${body}
{{ end }}
{{ end }}`;
}

/** A container that runs since before, or else since now. */
export const RUNNING = `
running:
  startedAt: {{ $started | Quote }}`;

/** A container that ended well. */
export const COMPLETED = `
terminated:
  exitCode: 0
  reason: Completed
  startedAt: {{ $started | Quote }}
  finishedAt: {{ $now | Quote }}`;
