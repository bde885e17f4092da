import * as pulumi from "@pulumi/pulumi";

/** The value of an input whose every part is known. */
export function known<T>(input: pulumi.Input<T>): Promise<pulumi.Unwrap<T>> {
    return new Promise((resolve) => {
        pulumi.output(input).apply(resolve);
    });
}
