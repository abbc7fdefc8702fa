#!/usr/bin/env node
import { readFileSync } from "node:fs";
import process from "node:process";
import { processIo } from "./processIo.ts";
import { runProgram } from "./program.ts";

function version(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}

// Pending work, such as a client's slow upload, must not keep a stopped server alive.
process.exit(await runProgram(process.argv.slice(2), processIo(), version));
