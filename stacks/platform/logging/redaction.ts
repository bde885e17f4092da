/** What stands where a secret was. */
export const REDACTED = "[redacted]";

/** A pattern of what is taken out of texts. */
export interface TextRule {
    /** What a text has to contain, in lower case, before the pattern is tried: most texts have none of these. */
    readonly hint: string;
    /** Lua's; what it captures stays, in order: all before the secret, then all behind it. */
    readonly pattern: string;
    readonly captures: 0 | 1 | 2;
}

/** A Lua pattern for a word in any case; `_` is any of `_`, `-` and nothing. */
function anyCase(word: string): string {
    return word.replaceAll(/./g, (c) => (c === "_" ? "[_-]?" : `[${c.toUpperCase()}${c}]`));
}

/** What the values of fields are hidden by, at the end of a field's name without `_` and `-`. */
const SECRET_FIELDS = [
    "password",
    "passwd",
    "secret",
    "token",
    "authorization",
    "apikey",
    "accesskey",
    "privatekey",
    "credentials",
] as const;

/** The same words as they stand before a value in a text. */
const SECRET_WORDS = [
    ["assw", "password"],
    ["assw", "passwd"],
    ["secret", "secret"],
    ["secret", "secret_key"],
    ["secret", "secret_access_key"],
    ["token", "token"],
    ["key", "api_key"],
    ["key", "private_key"],
] as const;

/** What is taken out of every text of a record. */
export const TEXT_RULES: readonly TextRule[] = [
    // A key's block, as far as it is in one record.
    { hint: "private key", pattern: "(BEGIN [%u ]*PRIVATE KEY%-+).-(%-+END)", captures: 2 },
    { hint: "authorization", pattern: `(${anyCase("authorization")}["']?%s*[:=]?%s*["']?%a+ )[^%s"',;]+`, captures: 1 },
    { hint: "bearer", pattern: `(${anyCase("bearer")} )[%w_~+/.-]+=*`, captures: 1 },
    // A JSON web token, whose first part begins with `{"`.
    { hint: "eyj", pattern: "eyJ[%w_-]+%.[%w_-]+%.[%w_-]*", captures: 0 },
    { hint: "akia", pattern: "AKIA[%u%d]+", captures: 0 },
    { hint: "asia", pattern: "ASIA[%u%d]+", captures: 0 },
    { hint: "://", pattern: "(://[^:/@%s]*:)[^@/%s]+(@)", captures: 2 },
    ...SECRET_WORDS.map(
        ([hint, word]): TextRule => ({
            hint,
            pattern: `(${anyCase(word)}["']?%s*[:=]%s*["']?)[^%s"',;&]+`,
            captures: 1,
        }),
    ),
];

/** A text as Lua writes it: no pattern has a closing bracket of that level. */
function literal(text: string): string {
    return `[=[${text}]=]`;
}

function replacement({ captures }: TextRule): string {
    return [...(captures > 0 ? ["%1"] : []), REDACTED, ...(captures > 1 ? ["%2"] : [])].join("");
}

/** The function that {@link REDACTION} has. */
export const REDACT = "redact";

/**
 * A program for Fluent Bit's Lua filter that takes secrets out of records: values of fields with a telling name, and what
 * looks like one in any text. A net under programs that log what they should not; what it does not know by its form gets
 * through, and one that is cut by a line's end as well.
 *
 * A record without any is passed on untouched, since a way through Lua costs whole numbers above 2^53 their last digits.
 *
 * Source: Fluent Bit manual, "Lua"; Lua 5.1 reference manual, "Patterns".
 */
export const REDACTION = `local fields = { ${SECRET_FIELDS.map(literal).join(", ")} }
local rules = {
${TEXT_RULES.map((rule) => `    { ${[rule.hint, rule.pattern, replacement(rule)].map(literal).join(", ")} },`).join("\n")}
}

local function telling(name)
    local plain = string.gsub(string.lower(name), "[_-]", "")
    for _, field in ipairs(fields) do
        if string.sub(plain, -#field) == field then
            return true
        end
    end
    return false
end

local function clean(text)
    local lower = string.lower(text)
    local count = 0
    for _, rule in ipairs(rules) do
        if string.find(lower, rule[1], 1, true) then
            local found
            text, found = string.gsub(text, rule[2], rule[3])
            count = count + found
        end
    end
    return text, count
end

local function walk(value, depth)
    local count = 0
    for key, inner in pairs(value) do
        local found = 0
        if type(inner) == "table" then
            if depth < 8 then
                found = walk(inner, depth + 1)
            end
        elseif type(inner) == "string" and type(key) == "string" and telling(key) then
            value[key] = "${REDACTED}"
            found = 1
        elseif type(inner) == "string" then
            local text
            text, found = clean(inner)
            if found > 0 then
                value[key] = text
            end
        end
        count = count + found
    end
    return count
end

function ${REDACT}(tag, timestamp, record)
    local pod = record["kubernetes"]
    record["kubernetes"] = nil
    local count = walk(record, 1)
    record["kubernetes"] = pod
    if count > 0 then
        return 2, timestamp, record
    end
    return 0, timestamp, record
end
`;
