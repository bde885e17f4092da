import { JavaClient, type JavaHome } from "./java.ts";

/** The controllers' quorum, by node ids. */
export interface Quorum {
    readonly leader: number;
    readonly voters: readonly number[];
    readonly observers: readonly number[];
}

/** A topic as the brokers have it. */
export interface TopicState {
    readonly partitions: readonly {
        readonly leader: number;
        readonly replicas: readonly number[];
        readonly inSync: readonly number[];
    }[];
    readonly config: Readonly<Record<string, string>>;
}

/** A consumer group as its coordinator has it. */
export interface GroupState {
    readonly state: string;
    readonly type: string;
    /** Grows with every change that shares the partitions out anew; -1 in the classic protocol. */
    readonly epoch: number;
    /** By `group.instance.id`. */
    readonly members: Readonly<
        Record<string, { readonly id: string; readonly epoch: number; readonly partitions: readonly number[] }>
    >;
}

type Answer = { readonly answer: unknown } | { readonly error: string };

/** Asks a cluster what it is like, with Kafka's own client. */
export class Inspector {
    readonly #waiting: ((answer: Answer) => void)[] = [];
    #client: JavaClient | undefined;

    static async start(home: JavaHome, bootstrapServers: string): Promise<Inspector> {
        const inspector = new Inspector();
        inspector.#client = await JavaClient.start(home, "Inspector", [bootstrapServers], (line) => {
            inspector.#waiting.shift()?.(JSON.parse(line) as Answer);
        });
        return inspector;
    }

    async quorum(): Promise<Quorum> {
        return (await this.#ask("quorum")) as Quorum;
    }

    /** Racks by node id. */
    async brokers(): Promise<Readonly<Record<string, string>>> {
        return (await this.#ask("brokers")) as Readonly<Record<string, string>>;
    }

    async topic(name: string): Promise<TopicState> {
        return (await this.#ask(`topic ${name}`)) as TopicState;
    }

    async group(id: string): Promise<GroupState> {
        return (await this.#ask(`group ${id}`)) as GroupState;
    }

    /** Offsets by partition that a group has committed. */
    async committed(group: string): Promise<Readonly<Record<string, number>>> {
        return (await this.#ask(`committed ${group}`)) as Readonly<Record<string, number>>;
    }

    /** Offsets by partition after a topic's last records. */
    async ends(topic: string): Promise<Readonly<Record<string, number>>> {
        return (await this.#ask(`ends ${topic}`)) as Readonly<Record<string, number>>;
    }

    /** All records of a topic. */
    async values(topic: string): Promise<readonly number[]> {
        return (await this.#ask(`values ${topic}`)) as readonly number[];
    }

    async #ask(question: string): Promise<unknown> {
        const { promise, resolve } = Promise.withResolvers<Answer>();
        this.#waiting.push(resolve);
        this.#client?.say(question);
        const answer = await promise;
        if ("error" in answer) {
            throw new Error(`${question}: ${answer.error}`);
        }
        return answer.answer;
    }
}
