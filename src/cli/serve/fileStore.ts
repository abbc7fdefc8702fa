import process from "node:process";
import { StoreError } from "../../exchange/persistence/store.ts";
import { systemCode } from "../io.ts";
import { keepAhead, type TimeSavingStore } from "./keepAhead.ts";

/** Opens the store of `--data`. SQLite is loaded only when needed: older versions of Node do not have it. */
export async function openFileStore(path: string): Promise<TimeSavingStore> {
  try {
    const { sqliteStore } = await withoutExperimentalWarning(() => import("../../exchange/sqlite/index.ts"));
    return keepAhead(sqliteStore(path));
  } catch (cause) {
    if (!["ERR_UNKNOWN_BUILTIN_MODULE", "ERR_MODULE_NOT_FOUND"].includes(systemCode(cause) ?? "")) throw cause;
    const advice = "Use Node 22.13 or later, Deno or Bun, or omit --data";
    throw new StoreError(`--data needs SQLite, which Node ${process.version} does not have. ${advice}.`, { cause });
  }
}

/** Node warns that its SQLite may change, which users of a program cannot do anything about. */
async function withoutExperimentalWarning<T>(load: () => Promise<T>): Promise<T> {
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = (warning: string | Error, ...rest: unknown[]): void => {
    if (!String(warning).includes("SQLite")) Reflect.apply(emitWarning, undefined, [warning, ...rest]);
  };
  try {
    return await load();
  } finally {
    process.emitWarning = emitWarning;
  }
}
