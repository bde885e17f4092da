/** The type of the root of every stack, which is left out of the types in a URN. */
export const STACK_TYPE = "pulumi:pulumi:Stack";

/** The parts of a URN: `urn:pulumi:STACK::PROJECT::QUALIFIED$TYPE::NAME`. */
export interface UrnParts {
    readonly stack: string;
    readonly project: string;
    /** Types from the outermost component to the resource itself, joined by `$`. */
    readonly qualifiedType: string;
    readonly name: string;
}

/** Takes a URN apart. A name may contain `::` itself. */
export function parseUrn(urn: string): UrnParts {
    const [head = "", project = "", qualifiedType = "", ...name] = urn.split("::");
    return { stack: head.replace("urn:pulumi:", ""), project, qualifiedType, name: name.join("::") };
}

/** The type of a resource's own, without those of the components around it. */
export function ownType(urn: string): string {
    const { qualifiedType } = parseUrn(urn);
    return qualifiedType.slice(qualifiedType.lastIndexOf("$") + 1);
}

/**
 * The URN that the engine gives a resource.
 *
 * @param parent URN of the parent, or undefined or the stack's own for none
 * @see https://www.pulumi.com/docs/iac/concepts/resources/names/#urns
 */
export function makeUrn(
    stack: string,
    project: string,
    parent: string | undefined,
    type: string,
    name: string,
): string {
    const outer = parent === undefined ? STACK_TYPE : parseUrn(parent).qualifiedType;
    const qualified = outer === STACK_TYPE ? type : `${outer}$${type}`;
    return `urn:pulumi:${stack}::${project}::${qualified}::${name}`;
}
