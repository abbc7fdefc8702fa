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

/** Why no server could be started. */
function problemOf(error: unknown, { host, port }: ServeSettings): string {
  if (error instanceof StoreError) return error.message;
  const code = codeOf(error);
  if (code === "EADDRINUSE") return `Port ${port} of ${host} is in use. Choose another one with --port.`;
  if (code === "EACCES") return `Port ${port} of ${host} may not be used. Choose one from 1024 with --port.`;
  if (code === "ENOTFOUND" || code === "EADDRNOTAVAIL") return `${host} is no address of this machine. See --host.`;
  throw error;
}

/** Resolves when the program is asked to end. */
function asked(): Promise<void> {
  return new Promise((resolve) => {
    // Both Ctrl-C in a terminal and npx send the signal: it can come twice.
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => resolve());
  });
}

async function runServe(settings: ServeSettings): Promise<number> {
  const end = asked();
  try {
    const service = await serve(settings);
    process.stdout.write(service.greeting);
    await end;
    await service.close();
    return 0;
  } catch (error) {
    process.stderr.write(`${problemOf(error, settings)}\n`);
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

// Something that still waits, such as a client's slow upload, must not keep an ended server alive.
process.exit(await run(process.argv.slice(2)));
