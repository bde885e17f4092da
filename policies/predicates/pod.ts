import { imageWords } from "./image.ts";
import { type Invocation, invocations } from "./invocations.ts";
import { at, list, type Plain, text, texts, UNKNOWN } from "./plain.ts";

/** An environment variable of a container. */
interface Variable {
    /** Its name. */
    readonly name: string;
    /** Its literal value, when it has one that is known. */
    readonly value: string | undefined;
    /** True when it takes the pod's own name (`fieldRef: metadata.name`). */
    readonly fromPodName: boolean;
}

/** A volume mounted into a container. */
interface Mount {
    /** The volume's name; `undefined` when it is not known. */
    readonly volume: string | undefined;
    /** Where it is mounted; `undefined` when it is not known. */
    readonly path: string | undefined;
    /** True when the container cannot write to it. An unknown value counts as writable. */
    readonly readOnly: boolean;
}

/** What the predicates read of a container. */
export interface Container {
    /** Its name, or a description of its place. */
    readonly name: string;
    /** The image; `undefined` when it is absent or not known. */
    readonly image: string | undefined;
    /** The words of the image's name; none when the image is absent or not known. */
    readonly imageWords: readonly string[];
    /** The programs that it starts, as far as command and args are known. */
    readonly started: readonly Invocation[];
    /** True when a word of command or args, or all of them, is not known. */
    readonly partlyUnknown: boolean;
    /** The ports that it declares. */
    readonly ports: readonly number[];
    /** Its variables. */
    readonly variables: readonly Variable[];
    /** Its mounts, block devices included. */
    readonly mounts: readonly Mount[];
    /** False for an init container that ends before the others start; true for sidecars. */
    readonly keepsRunning: boolean;
}

function isIncomplete(words: Plain): boolean {
    return words === UNKNOWN || (Array.isArray(words) && words.includes(UNKNOWN));
}

function readVariable(variable: Plain): Variable | undefined {
    const name = text(variable, "name");
    if (name === undefined) {
        return undefined;
    }
    return {
        name,
        value: text(variable, "value"),
        fromPodName: text(variable, "valueFrom", "fieldRef", "fieldPath") === "metadata.name",
    };
}

function readMounts(container: Plain): readonly Mount[] {
    const mounts = list(container, "volumeMounts").map((mount) => ({
        volume: text(mount, "name"),
        path: text(mount, "mountPath"),
        readOnly: at(mount, "readOnly") === true,
    }));
    const devices = list(container, "volumeDevices").map((device) => ({
        volume: text(device, "name"),
        path: text(device, "devicePath"),
        readOnly: false,
    }));
    return [...mounts, ...devices];
}

function readContainer(container: Plain, place: string, keepsRunning: boolean): Container {
    return {
        name: text(container, "name") ?? place,
        image: text(container, "image"),
        imageWords: imageWords(text(container, "image") ?? ""),
        started: invocations(texts(container, "command"), texts(container, "args")),
        partlyUnknown: isIncomplete(at(container, "command")) || isIncomplete(at(container, "args")),
        ports: list(container, "ports")
            .map((port) => at(port, "containerPort"))
            .filter((port) => typeof port === "number"),
        variables: list(container, "env")
            .map(readVariable)
            .filter((variable) => variable !== undefined),
        mounts: readMounts(container),
        keepsRunning,
    };
}

/** The containers of a pod spec: ordinary, init and sidecar (init containers with `restartPolicy: Always`). */
export function readContainers(podSpec: Plain): readonly Container[] {
    const main = list(podSpec, "containers").map((container, index) =>
        readContainer(container, `containers[${index}]`, true),
    );
    const init = list(podSpec, "initContainers").map((container, index) =>
        readContainer(container, `initContainers[${index}]`, at(container, "restartPolicy") === "Always"),
    );
    return [...main, ...init];
}

/** The pod spec in a controller's `spec.template`; `undefined` when there is none, as in a patch of replicas alone. */
export function podSpecOf(controller: Plain): Plain {
    return at(controller, "spec", "template", "spec");
}
