/**
 * What provider functions answer in a plan, which asks no provider. Nothing here is a fact about an account: these are
 * values of the right shape, well known as examples, so that a reader does not take them for real.
 */
type Answer = (args: Readonly<Record<string, unknown>>, region: string) => Record<string, unknown>;

/** The account number that AWS uses in its documentation. */
const EXAMPLE_ACCOUNT = "123456789012";

/** Zones that an answer lists; more than any stack asks for, so that the program has to choose. */
const ZONE_LETTERS = ["a", "b", "c", "d"];

const zones: Answer = (_, region) => ({
    id: region,
    region,
    groupNames: [region],
    names: ZONE_LETTERS.map((letter) => `${region}${letter}`),
    zoneIds: ZONE_LETTERS.map((_letter, index) => `${region}-az${index + 1}`),
});

/** By token. A function that is missing here fails the plan with its token in the message. */
const ANSWERS: Readonly<Record<string, Answer>> = {
    "aws:index/getAvailabilityZones:getAvailabilityZones": zones,
    "aws:index/getRegion:getRegion": (_, region) => ({ id: region, name: region, region, description: region }),
    "aws:index/getCallerIdentity:getCallerIdentity": () => ({
        id: EXAMPLE_ACCOUNT,
        accountId: EXAMPLE_ACCOUNT,
        arn: `arn:aws:iam::${EXAMPLE_ACCOUNT}:user/plan`,
        userId: "AIDACKCEVSQ6C2EXAMPLE",
    }),
    "aws:index/getPartition:getPartition": () => ({
        id: "aws",
        partition: "aws",
        dnsSuffix: "amazonaws.com",
        reverseDnsPrefix: "com.amazonaws",
    }),
};

/** The region whose zones are listed when the configuration names none. */
const DEFAULT_REGION = "eu-central-1";

/**
 * Answers a provider function.
 *
 * @param token the function's token: `aws:index/getRegion:getRegion`
 * @param args its arguments
 * @param region the configured `aws:region`, if any
 * @throws {Error} naming the token, if the plan has no answer
 */
export function answerInvoke(
    token: string,
    args: Readonly<Record<string, unknown>>,
    region: string | undefined,
): Record<string, unknown> {
    const answer = Object.hasOwn(ANSWERS, token) ? ANSWERS[token] : undefined;
    if (answer === undefined) {
        throw new Error(
            `the program calls the provider function ${token}, and a plan asks no provider. ` +
                "Give it an answer in tools/plan/invokes.ts, or compute the value in the program.",
        );
    }
    const asked = args["region"];
    return answer(args, typeof asked === "string" ? asked : (region ?? DEFAULT_REGION));
}
