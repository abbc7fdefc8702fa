import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { invalid, parseOrderIntent, type OrderIntent } from "../endpoints/index.ts";
import type { IntentStore } from "../transport/index.ts";

const SUFFIX = ".intent.json";
const NAME = /^[\w-]{1,200}$/;

/**
 * Keeps intents in a folder, one file each, readable by their owner only. A file is on the disk before its order is sent.
 *
 * @param folder is made if it does not exist; several processes with one key can share it
 * @example
 * ```ts
 * import { fileIntents } from "agentexchange/node";
 *
 * await using trader = new AgentExchangeClient({ ...connection, apiKey: "ak_live_example", intents: fileIntents("./under-way") });
 * ```
 */
export function fileIntents(folder: string): IntentStore {
  if (typeof folder !== "string" || folder === "")
    throw invalid("fileIntents", [{ field: "folder", message: "must be the path of a folder" }]);
  const pathOf = (id: string): string => {
    if (!NAME.test(id)) throw new TypeError(`An intent's id must be letters, digits and hyphens, not "${id}".`);
    return join(folder, id + SUFFIX);
  };
  let writes = 0;
  return {
    async put(intent) {
      const path = pathOf(intent.id);
      const draft = `${path}.${writes++}.tmp`;
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const file = await open(draft, "w", 0o600);
      try {
        await file.writeFile(JSON.stringify(intent));
        await file.sync();
      } finally {
        await file.close();
      }
      // A reader, and a crash, find the old file or the new one, never half of one.
      await rename(draft, path);
      await syncFolder(folder);
    },
    async delete(id) {
      await rm(pathOf(id), { force: true });
    },
    async list() {
      const names = await namesIn(folder);
      const intents = await Promise.all(
        names.filter((name) => name.endsWith(SUFFIX)).map((name) => read(folder, name)),
      );
      return intents.filter((intent) => intent !== undefined);
    },
  };
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Undefined when it was removed meanwhile. */
async function read(folder: string, name: string): Promise<OrderIntent | undefined> {
  const path = join(folder, name);
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  try {
    return parseOrderIntent(JSON.parse(text));
  } catch (error) {
    throw new Error(`${path} holds no order intent; look at it, then remove it.`, { cause: error });
  }
}

/** Makes a renamed file outlive a loss of power, where the system can. */
async function syncFolder(folder: string): Promise<void> {
  let handle;
  try {
    handle = await open(folder, "r");
    await handle.sync();
  } catch {
    // Windows cannot open folders.
  } finally {
    await handle?.close();
  }
}

function isMissing(error: unknown): boolean {
  return (error as { readonly code?: unknown } | null)?.code === "ENOENT";
}
