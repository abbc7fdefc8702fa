import { lstat, readdir } from "node:fs/promises";
import { basename, relative, resolve } from "node:path";
import process from "node:process";
import { defineCommand, type Command } from "../command.ts";
import { CommandError } from "../exits.ts";
import { systemCode } from "../io.ts";
import { copyTemplate, packageFolder } from "../new/copyTemplate.ts";
import { expectCount } from "../parse.ts";
import { UsageError } from "../usageError.ts";

/** What both npm and Cloudflare accept: the name becomes part of the Worker's address. */
const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const MAX_NAME = 54;

export const newProject: Command = defineCommand({
  usage: ["new worker NAME"],
  about:
    "Creates the folder NAME with a project of its own: a bot on Cloudflare Workers, which trades at the ticks of a\n" +
    "schedule, with settings, a page and tests. NAME may be a path; its last part names the project. Needs no network.",
  options: {},
  completes: ["worker"],
  usesExchange: false,
  async run(context, { positionals }) {
    expectCount(positionals, 2, 2, positionals.length === 0 ? "worker and a NAME" : "NAME");
    const [kind = "", target = ""] = positionals;
    if (kind !== "worker") throw new UsageError(`new creates a worker, received "${kind}". Try --help.`);
    const folder = resolve(target);
    const name = basename(folder);
    if (target === "" || name.length > MAX_NAME || !NAME.test(name))
      throw new UsageError(
        `"${name}" cannot name a Worker. Use up to ${MAX_NAME} lower-case letters, digits and single hyphens, beginning with a letter.`,
      );
    await requireEmpty(folder, target);
    const files = await copyTemplate(packageFolder(), folder, name);
    const path = relative(process.cwd(), folder);
    const next = [...(path === "" ? [] : [`cd ${quote(path)}`]), "npm install", "npm run dev"];
    await context.result(
      { name, folder, files, next },
      () => [
        `Created ${name} with ${files.length} files.`,
        "",
        "Next:",
        ...next.map((line) => `  ${line}`),
        "",
        "Then open http://localhost:8787 and log in with the ADMIN_TOKEN in .dev.vars. README.md explains the settings.",
      ],
      true,
    );
  },
});

async function requireEmpty(folder: string, shown: string): Promise<void> {
  try {
    const { length } = await readdir(folder);
    if (length === 0) return;
  } catch (error) {
    if (systemCode(error) === "ENOENT" && !(await exists(folder))) return;
    if (systemCode(error) !== "ENOENT" && systemCode(error) !== "ENOTDIR") throw error;
  }
  throw new CommandError(
    `${shown} exists already; nothing was changed. Choose another name.`,
    "FOLDER_EXISTS",
    "refused",
  );
}

/** Whether there is anything, also a link to nothing. */
async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/** A path as a word of a shell. */
const quote = (path: string): string => (/^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`);
