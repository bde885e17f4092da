import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";

/** What the TSDoc of a configuration's field says, and of the fields in it. */
export interface Commented {
    /** What it means; undefined if nothing says so. */
    readonly meaning: string | undefined;
    /** What holds where it is left out: its `@default`. */
    readonly fallback: string | undefined;
    readonly fields: ReadonlyMap<string, Commented>;
    /** Of a union, in its order. */
    readonly variants: readonly Commented[];
}

/** A top-level declaration, in the file that imports are resolved from. */
interface Declared {
    readonly value: ts.Node;
    readonly comment: Pick<Commented, "meaning" | "fallback">;
    readonly file: SourceFile;
}

interface SourceFile {
    readonly path: string;
    readonly declared: ReadonlyMap<string, Omit<Declared, "file">>;
    /** Names that it imports, with the files that they come from. */
    readonly imported: ReadonlyMap<string, string>;
}

const NOTHING: Commented = { meaning: undefined, fallback: undefined, fields: new Map(), variants: [] };

/** What any field may be made with: they say how it is checked, not what it means. */
const GENERIC: ReadonlySet<string> = new Set(["count", "cpu", "documented", "matching", "memory", "readable"]);

/** Schemas that hold others in their first argument. */
const CONTAINERS: ReadonlySet<string> = new Set(["section", "strictObject", "array", "documented"]);

function oneLine(text: string | undefined): string | undefined {
    const line = text
        ?.replaceAll(/\{@link (\w+)\}/g, "$1")
        .replaceAll(/\s+/g, " ")
        .trim();
    return line === "" ? undefined : line;
}

function textOf(comment: ts.JSDoc["comment"]): string | undefined {
    return oneLine(ts.getTextOfJSDocComment(comment));
}

function commentOf(node: ts.Node): Pick<Commented, "meaning" | "fallback"> {
    const docs = ts.getJSDocCommentsAndTags(node).findLast(ts.isJSDoc);
    const fallback = docs?.tags?.find((tag) => tag.tagName.text === "default");
    return { meaning: textOf(docs?.comment), fallback: textOf(fallback?.comment) };
}

/** The comment before an entry of a list, which TypeScript attaches to nothing. */
function commentBefore(node: ts.Node): string | undefined {
    const text = node.getSourceFile().text;
    const last = ts.getLeadingCommentRanges(text, node.getFullStart())?.at(-1);
    const comment = last === undefined ? "" : text.slice(last.pos, last.end);
    return comment.startsWith("/**") ? oneLine(comment.slice(3, -2).replaceAll(/^\s*\*/gm, "")) : undefined;
}

function importsOf(statement: ts.ImportDeclaration, path: string): [string, string][] {
    const { moduleSpecifier, importClause } = statement;
    const bindings = importClause?.namedBindings;
    if (!ts.isStringLiteral(moduleSpecifier) || !moduleSpecifier.text.startsWith(".") || bindings === undefined) {
        return [];
    }
    const from = join(dirname(path), moduleSpecifier.text);
    return ts.isNamedImports(bindings) ? bindings.elements.map(({ name }) => [name.text, from]) : [];
}

function declarationsOf(statement: ts.Statement): [string, Omit<Declared, "file">][] {
    const comment = commentOf(statement);
    if (ts.isFunctionDeclaration(statement) && statement.name !== undefined) {
        return [[statement.name.text, { value: statement, comment }]];
    }
    if (!ts.isVariableStatement(statement)) {
        return [];
    }
    return statement.declarationList.declarations.flatMap(({ name, initializer }) =>
        ts.isIdentifier(name) && initializer !== undefined ? [[name.text, { value: initializer, comment }]] : [],
    );
}

/** Reads the TSDoc of schemas out of their source: zod keeps none of it, and a second copy in the schema would age. */
export class Comments {
    readonly #files = new Map<string, SourceFile>();

    /** The comments of a schema, by the name that a file declares it by. */
    of(path: string, name: string): Commented {
        const found = this.#find(this.#file(path), name);
        if (found === undefined) {
            throw new Error(`${path} declares no ${name}`);
        }
        return this.#declared(found);
    }

    #file(path: string): SourceFile {
        const known = this.#files.get(path);
        if (known !== undefined) {
            return known;
        }
        const { statements } = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
        const file: SourceFile = {
            path,
            declared: new Map(statements.flatMap(declarationsOf)),
            imported: new Map(statements.filter(ts.isImportDeclaration).flatMap((one) => importsOf(one, path))),
        };
        this.#files.set(path, file);
        return file;
    }

    #find(file: SourceFile, name: string): Declared | undefined {
        const own = file.declared.get(name);
        if (own !== undefined) {
            return { ...own, file };
        }
        const from = file.imported.get(name);
        return from === undefined ? undefined : this.#find(this.#file(from), name);
    }

    /** What a declaration says of itself stands in where a field that it is used for says nothing. */
    #declared({ value, comment, file }: Declared): Commented {
        const found = this.#read(value, file);
        return { ...found, meaning: comment.meaning ?? found.meaning, fallback: comment.fallback ?? found.fallback };
    }

    #read(node: ts.Node, file: SourceFile): Commented {
        if (ts.isObjectLiteralExpression(node)) {
            return { ...NOTHING, fields: new Map(node.properties.flatMap((one) => this.#fieldsOf(one, file))) };
        }
        if (ts.isIdentifier(node)) {
            const found = GENERIC.has(node.text) ? undefined : this.#find(file, node.text);
            return found === undefined ? NOTHING : this.#declared(found);
        }
        if (ts.isArrowFunction(node) || ts.isFunctionDeclaration(node)) {
            return node.body === undefined ? NOTHING : this.#result(node.body, file);
        }
        return ts.isCallExpression(node) ? this.#call(node, file) : NOTHING;
    }

    #result(body: ts.Node, file: SourceFile): Commented {
        if (!ts.isBlock(body)) {
            return this.#read(body, file);
        }
        const returned = body.statements.find(ts.isReturnStatement)?.expression;
        return returned === undefined ? NOTHING : this.#read(returned, file);
    }

    #call({ expression, arguments: args }: ts.CallExpression, file: SourceFile): Commented {
        const method = ts.isPropertyAccessExpression(expression) ? expression.name.text : undefined;
        const name = method ?? (ts.isIdentifier(expression) ? expression.text : "");
        const [first] = args;
        if (name === "discriminatedUnion" || name === "union") {
            const options = args.find(ts.isArrayLiteralExpression)?.elements ?? [];
            return { ...NOTHING, variants: options.map((option) => this.#commented(option, file)) };
        }
        if (CONTAINERS.has(name) && first !== undefined) {
            return this.#read(first, file);
        }
        if (name === "record") {
            return args[1] === undefined ? NOTHING : this.#read(args[1], file);
        }
        // A check, or what makes a field optional: its schema is what it is called on.
        return this.#read(
            ts.isPropertyAccessExpression(expression) && !this.#isLibrary(expression)
                ? expression.expression
                : expression,
            file,
        );
    }

    #isLibrary({ expression }: ts.PropertyAccessExpression): boolean {
        return ts.isIdentifier(expression) && expression.text === "z";
    }

    #commented(node: ts.Node, file: SourceFile): Commented {
        const inner = this.#read(node, file);
        return { ...inner, meaning: commentBefore(node) ?? inner.meaning };
    }

    #fieldsOf(property: ts.ObjectLiteralElementLike, file: SourceFile): [string, Commented][] {
        if (ts.isSpreadAssignment(property)) {
            return [...this.#read(property.expression, file).fields];
        }
        if (ts.isShorthandPropertyAssignment(property)) {
            return [[property.name.text, this.#read(property.name, file)]];
        }
        if (!ts.isPropertyAssignment(property) || !("text" in property.name)) {
            return [];
        }
        const [own, inner] = [commentOf(property), this.#read(property.initializer, file)];
        const comment = { meaning: own.meaning ?? inner.meaning, fallback: own.fallback ?? inner.fallback };
        return [[property.name.text, { ...inner, ...comment }]];
    }
}
