import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { parse, stringify } from "yaml";
import type { RenderedStack } from "../../stacks/rendered/stack.ts";
import type { Inputs } from "../../support/mocks.ts";
import { type PodProcess, podProcess } from "../support/pod-process.ts";
import { workspace } from "../support/workspace.ts";
import { image } from "./image.ts";
import { DATABASE, type DatabaseCluster, NAMESPACE } from "./kubernetes.ts";
import { spiloConfiguration } from "./spilo.ts";

/** `nobody`: PostgreSQL refuses root. */
export const USER = 65_534;

/** Where the programs of the image are on this machine. */
interface Programs {
    /** Patroni's Python environment. */
    readonly patroni: string;
    /** `postgres`, and beside it all that belongs to it. */
    readonly postgres: string;
    readonly openssl: string;
}

/** Variables that Spilo's service script leaves to Patroni. Source: zalando/spilo, runit/patroni/run. */
const KEPT = /^(KUBERNETES_(SERVICE|PORT|ROLE)_.*|POD_IP|POD_NAMESPACE|HOSTNAME|PATH|PGHOME|LC_ALL|ENABLE_PG_MON)$/;

function without(settings: Inputs, ...names: readonly (string | RegExp)[]): Inputs {
    const isNamed = (key: string) => names.some((name) => (typeof name === "string" ? name === key : name.test(key)));
    return Object.fromEntries(Object.entries(settings).filter(([key]) => !isNamed(key)));
}

/**
 * What differs from the pod, all of it:
 * - the pods share one machine, so that each listens on its own address and not on all, and its own address is its
 *   localhost (connections come from 127.0.0.1, which is a stranger then, as it has to be for the rules on TLS);
 * - Patroni has no service account's folder, and reads address, certificate and token from a file; and it asks the API
 *   server that it is told, since the one of this machine announces an address on which it does not listen;
 * - the endpoints get another address, `podIp`: the API takes none of the loopback range;
 * - what the image brings with it is not here: PostgreSQL's extensions, Spilo's own scripts that run at a change of roles
 *   and copy the leader (Patroni does it itself), the locale.
 */
function onThisMachine(configuration: Inputs, { address, folder, podIp, postgres }: Here): Inputs {
    const { bootstrap, restapi, postgresql, kubernetes, ...rest } = configuration;
    const database = without(postgresql, "callbacks", "basebackup_fast_xlog", "create_replica_method");
    const extensions = /^(shared_preload_libraries$|bg_mon|pg_stat_statements|extwlist)/;
    return {
        ...rest,
        bootstrap: {
            ...without(bootstrap, "post_init"),
            initdb: [{ encoding: "UTF8" }, { locale: "C.UTF-8" }, "data-checksums"],
        },
        restapi: { ...restapi, listen: `${address}${restapi.listen}` },
        postgresql: {
            ...database,
            listen: postgresql.listen.replace("*", address),
            bin_dir: dirname(postgres),
            parameters: {
                ...without(postgresql.parameters, extensions),
                unix_socket_directories: join(folder, "run", "postgresql"),
            },
        },
        kubernetes: { ...without(kubernetes, "bypass_api_service"), pod_ip: podIp, context: "pod" },
    };
}

interface Here {
    readonly address: string;
    readonly folder: string;
    readonly podIp: string;
    readonly postgres: string;
}

/** One of the database's pods, as Patroni and PostgreSQL on an address of this machine. */
export class Member {
    readonly name: string;
    readonly address: string;
    readonly podIp: string;
    readonly pod: PodProcess;
    /** What the stack gives Spilo, as its pod gets it. */
    readonly given: Inputs;

    private constructor(pod: PodProcess, podIp: string, given: Inputs) {
        this.pod = pod;
        this.name = pod.name;
        this.address = pod.address;
        this.podIp = podIp;
        this.given = given;
    }

    static async make(
        stack: RenderedStack,
        cluster: DatabaseCluster,
        { patroni, postgres, openssl }: Programs,
        { ordinal, address }: { readonly ordinal: number; readonly address: string },
    ): Promise<Member> {
        const name = `${DATABASE}-${ordinal}`;
        const folder = join(await workspace(), `${NAMESPACE}-${name}`);
        const podIp = await cluster.addPod(stack, ordinal);
        const { replace, path } = await image(folder, postgres);
        const kubeconfig = join(folder, "kubeconfig");
        await makeDirectories(folder, openssl);
        await cluster.kubeconfig(name, kubeconfig);
        let given: Inputs = {};
        const pod = await podProcess({
            stack,
            kind: "StatefulSet",
            namespace: NAMESPACE,
            name: DATABASE,
            ordinal,
            address,
            user: USER,
            replace: { ...replace, "127.0.0.1": address },
            program: ({ env, path: at }) => {
                const spilo = spiloConfiguration(new Map(Object.entries({ ...env, RW_DIR: at("/run") })), name);
                const configuration = onThisMachine(spilo, { address, folder, podIp, postgres });
                configuration["postgresql"].pgpass = at(configuration["postgresql"].pgpass);
                given = parse(env["SPILO_CONFIGURATION"] ?? "", { version: "1.1" });
                const file = join(folder, "postgres.yml");
                writeFileSync(file, stringify(configuration, { version: "1.1" }), { mode: 0o600 });
                const dropped = Object.keys(env).filter((variable) => !KEPT.test(variable));
                return {
                    command: [join(patroni, "bin", "patroni"), file],
                    env: {
                        ...Object.fromEntries(dropped.map((variable) => [variable, undefined])),
                        PATH: path,
                        KUBECONFIG: kubeconfig,
                    },
                };
            },
        });
        return new Member(pod, podIp, given);
    }

    /** What Patroni answers: its own state, or that of the cluster. */
    async ask(path: string): Promise<Inputs> {
        const response = await fetch(`http://${this.address}:8008${path}`, { signal: AbortSignal.timeout(5000) });
        return (await response.json()) as Inputs;
    }

    /** Runs SQL over the socket, as the superuser. */
    async sql(statement: string, database = "postgres"): Promise<string> {
        const args = ["--no-psqlrc", "--tuples-only", "--no-align", "--username=postgres", "--host=/run/postgresql"];
        const { code, stdout, stderr } = await this.pod.exec(["psql", ...args, `--command=${statement}`, database]);
        if (code !== 0) {
            throw new Error(`${this.name}: ${stderr}`);
        }
        return stdout.trim();
    }
}

/** What Spilo's start script makes: directories, and a certificate of the server's own. */
async function makeDirectories(folder: string, openssl: string): Promise<void> {
    const certificates = join(folder, "run", "certs");
    for (const path of [certificates, join(folder, "run", "postgresql"), join(folder, "tmp")]) {
        mkdirSync(path, { recursive: true });
    }
    const [key, certificate] = ["server.key", "server.crt"].map((file) => join(certificates, file));
    const request = ["req", "-nodes", "-new", "-x509", "-subj", "/CN=spilo.example.org"];
    await promisify(execFile)(openssl, [...request, "-keyout", key ?? "", "-out", certificate ?? ""]);
}
