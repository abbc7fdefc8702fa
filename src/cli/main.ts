#!/usr/bin/env node
import { readFileSync } from "node:fs";
import process from "node:process";
import { StoreError } from "../exchange/index.ts";
import { codeOf } from "./listen.ts";
import { serve } from "./serve.ts";
import { help, readCommand, UsageError, type ServeSettings } from "./settings.ts";

function version(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}

/** Explains why the server could not be started. */
function explainFailure(error: unknown, { host, port }: ServeSettings): string {
  if (error instanceof StoreError) return error.message;
  const code = codeOf(error);
  if (code === "EADDRINUSE") return `Port ${port} on ${host} is in use. Choose another one with --port.`;
  if (code === "EACCES") return `No permission to use port ${port} on ${host}. Choose 1024 or higher with --port.`;
  if (code === "ENOTFOUND" || code === "EADDRNOTAVAIL") return `${host} is not an address of this machine. See --host.`;
  throw error;
}

/** Resolves when the program is told to stop. */
function waitForSignal(): Promise<void> {
  return new Promise((resolve) => {
    // On Ctrl-C both the terminal and npx send the signal, so it can arrive twice.
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => resolve());
  });
}

async function runServe(settings: ServeSettings): Promise<number> {
  const end = waitForSignal();
  try {
    const service = await serve(settings);
    process.stdout.write(service.greeting);
    await end;
    await service.close();
    return 0;
  } catch (error) {
    process.stderr.write(`${explainFailure(error, settings)}\n`);
    return 1;
  }
}

async function run(args: readonly string[]): Promise<number> {
  try {
    const command = readCommand(args);
    if (command.name === "serve") return await runServe(command.settings);
    process.stdout.write(command.name === "help" ? help : `${version()}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
}

// Pending work, such as a client's slow upload, must not keep a stopped server alive.
process.exit(await run(process.argv.slice(2)));
