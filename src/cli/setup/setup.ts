import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { CLIENTS, serverCommand, type ClientName, type Machine } from "./clients.ts";
import { showDiff } from "./diff.ts";
import { editJson } from "./editJson.ts";
import { editToml } from "./editToml.ts";
import { SetupError } from "./values.ts";

export { SetupError } from "./values.ts";

/** Options of {@link setup}. */
export interface SetupOptions {
  readonly client: ClientName;
  /** Arguments that the client passes to `agentexchange mcp`. */
  readonly args: readonly string[];
  /** Shows the change only. */
  readonly dryRun: boolean;
  readonly machine: Machine;
  /** Shows the change to a person. */
  readonly show: (text: string) => void;
  /** Asks whether to write it; rejects if not. */
  readonly confirm: (question: string) => Promise<void>;
}

/** What {@link setup} did. */
export interface SetupReport {
  readonly client: string;
  /** The configuration file, with symbolic links resolved. */
  readonly file: string;
  readonly outcome: "unchanged" | "shown" | "written";
  /** The file as it was before; null if there was none, or nothing was written. */
  readonly backup: string | null;
  /** What to do now, in sentences. */
  readonly notes: readonly string[];
}

const NEW_FILE_MODE = 0o600;

/**
 * Tells a client of the MCP server: shows the change of its configuration file and writes it after a yes.
 *
 * @throws SetupError if the file cannot be read, parsed or changed safely; it then stays as it is
 */
export async function setup(options: SetupOptions): Promise<SetupReport> {
  const { client, args, dryRun, machine, show, confirm } = options;
  const { title, format, path, entry, key, file: locate } = CLIENTS[client];
  const file = resolveLinks(locate(machine));
  const before = read(file);
  const edit = format === "json" ? editJson : editToml;
  const after = explain(file, () => edit(before ?? "", path, entry(serverCommand(machine, args))));
  const report = { client: title, file, backup: null };
  if (after === before) return { ...report, outcome: "unchanged", notes: [key] };
  show(`${before === undefined ? "New file" : "Change of"} ${file}:\n\n${showDiff(before ?? "", after)}\n`);
  if (dryRun) return { ...report, outcome: "shown", notes: [] };
  await confirm(`Write this for ${title}?`);
  if (read(file) !== before)
    throw new SetupError(`${file} was not changed: another program has just changed it. Try again.`);
  const backup = before === undefined ? null : backUp(file);
  write(file, after);
  const kept = backup === null ? [] : [`The file as it was: ${backup}`];
  return { ...report, outcome: "written", backup, notes: [...kept, key, `Restart ${title}.`] };
}

/** Names the file in the error of an edit. */
function explain(file: string, edit: () => string): string {
  try {
    return edit();
  } catch (error) {
    if (error instanceof SetupError) throw new SetupError(`${file} was not changed: ${error.message}.`);
    throw error;
  }
}

/** Settings are often links into a repository: the link must stay, so its target is changed. */
function resolveLinks(file: string): string {
  return existsSync(file) ? realpathSync(file) : file;
}

/** The text of the file; undefined if there is none. */
function read(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  if (!statSync(file).isFile()) throw new SetupError(`${file} was not changed: it is not a file.`);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(readFileSync(file));
  } catch (error) {
    if (error instanceof TypeError) throw new SetupError(`${file} was not changed: it is not UTF-8 text.`);
    throw new SetupError(`${file} was not changed: it cannot be read (${messageOf(error)}).`);
  }
}

/** Copies the file to a name that is free. */
function backUp(file: string): string {
  for (let number = 1; ; number++) {
    const backup = `${file}.backup${number === 1 ? "" : `-${number}`}`;
    try {
      copyFileSync(file, backup, constants.COPYFILE_EXCL);
      return backup;
    } catch (error) {
      if (!isCode(error, "EEXIST")) throw new SetupError(`${file} was not changed: no backup (${messageOf(error)}).`);
    }
  }
}

/** Replaces the file in one step, so that a crash leaves the old or the new one. */
function write(file: string, text: string): void {
  const temporary = `${file}.agentexchange-new`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    const mode = existsSync(file) ? statSync(file).mode & 0o777 : NEW_FILE_MODE;
    rmSync(temporary, { force: true });
    const handle = openSync(temporary, "wx", mode);
    try {
      writeFileSync(handle, text);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new SetupError(`${file} was not changed: it cannot be written (${messageOf(error)}).`);
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
