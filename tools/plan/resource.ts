/** The options of a resource that change what happens to it, as they reach the engine. */
export interface RecordedOptions {
    /** The engine refuses to delete it. */
    readonly protect: boolean;
    /** It stays in the cloud or cluster when it leaves the program. */
    readonly retainOnDelete: boolean;
    /** Properties whose changes are ignored after the first deployment. */
    readonly ignoreChanges: readonly string[];
    /** Properties whose change replaces it. */
    readonly replaceOnChanges: readonly string[];
    /** URNs under which the engine knew it before. */
    readonly aliases: readonly string[];
    /** Properties that the provider computes and the state keeps encrypted. */
    readonly additionalSecretOutputs: readonly string[];
    /** Undefined where the provider decides. */
    readonly deleteBeforeReplace: boolean | undefined;
    /** Seconds; 0 where the provider decides. */
    readonly customTimeouts: { readonly create: number; readonly update: number; readonly delete: number };
    /** URN of the resource whose deletion takes this one along, or "". */
    readonly deletedWith: string;
}

/** A resource as the program registered it. */
export interface RecordedResource {
    readonly urn: string;
    /** `kubernetes:apps/v1:Deployment` */
    readonly type: string;
    /** Its name in the program, the last part of its URN. */
    readonly name: string;
    /** URN of the component that it belongs to; undefined directly under the stack. */
    readonly parent: string | undefined;
    /** A resource of a provider; false for a component. */
    readonly custom: boolean;
    /** A component whose children its provider makes, so that nobody sees them here. */
    readonly remote: boolean;
    /** Looked up by its id instead of created. */
    readonly read: boolean;
    /** Plain data, with markers for secrets and unknown values. */
    readonly inputs: Record<string, unknown>;
    /** URNs of everything it waits for. */
    readonly dependencies: readonly string[];
    /** URNs by the property that refers to them. */
    readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
    /** URN of its explicit provider; undefined for the default one. */
    readonly provider: string | undefined;
    readonly options: RecordedOptions;
}
