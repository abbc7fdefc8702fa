import process from "node:process";

/** Prints an unexpected error to stderr. `during` says what was being done. */
export function report(error: unknown, during: string): void {
  process.stderr.write(`${during}: ${error instanceof Error ? error.stack : String(error)}\n`);
}
