import process from "node:process";

/** Tells whoever runs the program of a failure that nobody expected, and in what it came up. */
export function report(error: unknown, during: string): void {
  process.stderr.write(`${during}: ${error instanceof Error ? error.stack : String(error)}\n`);
}
