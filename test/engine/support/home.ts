import { mkdir, symlink } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

/** What the CLI keeps for all projects, and downloads once: the user's own is used. */
const SHARED = ["plugins", "versions"];

/**
 * Makes a home for the CLI, whose logs, credentials and workspaces are thrown away with it.
 *
 * @param folder is made, and holds links to the user's plugins and versions of the CLI
 */
export async function temporaryHome(folder: string): Promise<void> {
    const own = process.env["PULUMI_HOME"] ?? join(homedir(), ".pulumi");
    await mkdir(folder);
    await Promise.all(
        SHARED.map(async (name) => {
            await mkdir(join(own, name), { recursive: true });
            await symlink(join(own, name), join(folder, name));
        }),
    );
}
