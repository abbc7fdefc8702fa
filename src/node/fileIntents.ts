import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { invalid, parseOrderIntent, type OrderIntent } from "../endpoints/index.ts";
import type { IntentStore } from "../transport/index.ts";

const SUFFIX = ".intent.json";
const VALID_ID = /^[\w-]{1,200}$/;

/**
 * Stores intents in a folder, one file each, readable only by their owner. Each file is on disk before its order is sent.
 *
 * @param folder created if it does not exist; several processes with the same API key can share it
 * @example
 * ```ts
 * import { fileIntents } from "agentexchange/node";
 *
 * await using trader = new AgentExchangeClient({ ...connection, apiKey: "ak_live_example", intents: fileIntents("./pending-orders") });
 * ```
 */
export function fileIntents(folder: string): IntentStore {
  if (typeof folder !== "string" || folder === "")
    throw invalid("fileIntents", [{ field: "folder", message: "must be the path of a folder" }]);
  const pathOf = (id: string): string => {
    if (!VALID_ID.test(id))
      throw new TypeError(`Invalid intent id "${id}". Expected 1 to 200 letters, digits, hyphens or underscores.`);
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
      // Renaming is atomic: readers, also after a crash, see the old file or the new one, never a partial one.
      await rename(draft, path);
      await syncFolder(folder);
    },
    async delete(id) {
      await rm(pathOf(id), { force: true });
    },
    async list() {
      const names = await listNames(folder);
      const intents = await Promise.all(
        names.filter((name) => name.endsWith(SUFFIX)).map((name) => readIntent(folder, name)),
      );
      return intents.filter((intent) => intent !== undefined);
    },
  };
}

async function listNames(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Returns undefined if the file has been removed meanwhile. */
async function readIntent(folder: string, name: string): Promise<OrderIntent | undefined> {
  const path = join(folder, name);
  let json: string;
  try {
    json = await readFile(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  try {
    return parseOrderIntent(JSON.parse(json));
  } catch (error) {
    throw new Error(`${path} is not a valid order intent. Inspect the file, then remove it.`, { cause: error });
  }
}

/** Makes a renamed file survive a power failure, if the operating system supports it. */
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
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
