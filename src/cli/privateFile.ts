import { rmSync, writeFileSync } from "node:fs";
import { systemCode } from "./io.ts";
import { UsageError } from "./usageError.ts";

/** Creates a file that only its owner can read, before its content exists; removes it if there will be none. */
export async function intoNewFile<T>(
  path: string,
  create: () => Promise<readonly [result: T, text: string]>,
): Promise<T> {
  try {
    writeFileSync(path, "", { mode: 0o600, flag: "wx" });
  } catch (error) {
    const reason = systemCode(error) === "EEXIST" ? "it exists already" : "it cannot be written";
    throw new UsageError(`--save ${path}: ${reason}. Name a new file.`, { cause: error });
  }
  try {
    const [result, text] = await create();
    writeFileSync(path, text, { flush: true });
    return result;
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  }
}
