// npm run bench: prints the figures in bench/README.md. Ratios are within one run; nothing is asserted. With --full
// the demo page is measured for three quarters of an hour.
import { cpus } from "node:os";
import { callBench } from "./call.ts";
import { cliBench } from "./cli.ts";
import { decodeBench } from "./decode.ts";
import { gatewayBench } from "./edge-gateway.ts";
import { clientOrderRate, dayTime, orderRate, sweepTime } from "./engine.ts";
import { loginBench, snapshotBench } from "./exchange.ts";
import type { Measured } from "./harness.ts";
import { listenersBench, readBench } from "./market.ts";
import { mcpBench } from "./mcp.ts";
import { chosenLengths, pageBench, pageTable } from "./page.ts";
import { serveBench } from "./serve.ts";
import { importBench } from "./import.ts";
import { sizeBench } from "./size.ts";
import { bookGrowth, mixedGrowth, readGrowth, SIZES, startGrowth, type Growth } from "./state.ts";
import { storeBench } from "./store.ts";
import { streamBench } from "./stream.ts";
import { toolsBench } from "./tools.ts";

function table(title: string, rows: readonly Measured[]): void {
  console.log(`\n${title}\n\n| what | µs | ratio | quartiles |\n| --- | --- | --- | --- |`);
  for (const { name, microseconds, ratio, quartiles } of rows) {
    console.log(
      `| ${name} | ${microseconds.toFixed(1)} | ${ratio.toFixed(2)} | ${quartiles.map((value) => value.toFixed(2)).join(" to ")} |`,
    );
  }
}

function ratioOf(rows: readonly Measured[], of: string, to: string): string {
  const find = (name: string): number => rows.find((row) => row.name === name)?.microseconds ?? Number.NaN;
  return (find(of) / find(to)).toFixed(2);
}

const ms = (milliseconds: number): string => `${milliseconds.toFixed(0)} ms`;
const kib = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KiB`;

// Measured first, before anything is warm.
const snapshot = await snapshotBench();
console.log(`Node ${process.versions.node}, ${cpus().length} x ${cpus()[0]?.model}`);
console.log(
  `\nCold snapshot of 5 symbols at 50 ms: ${snapshot.first.toFixed(2)} latencies for the first, ${snapshot.median.toFixed(2)} median; ${snapshot.logins} logins`,
);
console.log(`100 concurrent first calls with a token: ${await loginBench()} login`);

for (const { title, rows } of await callBench()) table(title, rows);

const { candles, prices } = await decodeBench();
table("1000 candles", candles);
console.log(
  `\ndecode to new Decimal + new Date: ${ratioOf(candles, "JSON.parse + decode", "JSON.parse + new Decimal + new Date")}`,
);
table("600 prices", prices);

const { ticks, ...latest } = await streamBench();
table("One tick from the socket to its handler", ticks);
console.log(
  `\nspeed of client.stream, to JSON.parse: ${ratioOf(ticks, "JSON.parse", "client.stream")}; to new Decimal + new Date: ${ratioOf(ticks, "JSON.parse + new Decimal + new Date", "client.stream")}`,
);
console.log(
  `600 pairs into one consumer that reads only the latest: ${Math.round(latest.perSecond).toLocaleString("en")} per second, ${latest.waiting} queued at most`,
);

const perSecond = (rate: number): string => `${Math.round(rate).toLocaleString("en")} per second`;
console.log(`\nMarket orders of the engine alone: ${perSecond(orderRate())}`);
console.log(`client.placeMarketOrder in process: ${perSecond(await clientOrderRate())}`);
console.log(
  `One sweep in which 10 orders trigger: ${(await sweepTime(1000)).toFixed(2)} ms with 1,000 pending, ${(await sweepTime(10_000)).toFixed(2)} ms with 10,000`,
);
console.log(`A simulated day, 20 pending orders: ${(await dayTime()).toFixed(3)} s`);

console.log(`\nRequests for market data\n\n| what | first, ms of CPU | later |\n| --- | --- | --- |`);
for (const { name, first, later } of await readBench())
  console.log(`| ${name} | ${first.toFixed(1)} | ${later.toFixed(2)} |`);
console.log(
  `\nA simulated day, all pairs moving\n\n| listeners | s of CPU | growth from an hour |\n| --- | --- | --- |`,
);
for (const { name, day, growth } of await listenersBench())
  console.log(`| ${name} | ${day.toFixed(2)} | ${growth.toFixed(2)} |`);

const served = await serveBench();
console.log(
  `agentexchange serve, GET /market/price, 32 connections: ${perSecond(served.exchange)}; ${served.ratio.toFixed(2)} (${served.quartiles.map((value) => value.toFixed(2)).join(" to ")}) of a bare node:http handler`,
);

console.log(`\n| program | ms to the first output | ms of CPU |\n| --- | --- | --- |`);
for (const { name, first, cpu } of await cliBench())
  console.log(`| ${name} | ${first.toFixed(0)} | ${cpu.toFixed(0)} |`);

const kept = await storeBench();
console.log(
  `\nWith a SQLite store, each order acknowledged after its write: ${Object.entries(kept.ordersPerSecond)
    .map(([lanes, rate]) => `${perSecond(rate)} with ${lanes} in flight`)
    .join(", ")}`,
);
console.log(
  `${kept.orders} orders in the store: ${kept.bytesPerOrder.toFixed(0)} bytes per order, ${kept.restart.toFixed(0)} ms to restart; a fork of 100 orders: ${kept.fork.toFixed(1)} ms`,
);

for (const rows of await gatewayBench()) table("A request through a gateway", rows);

function growthTable(title: string, rows: readonly Growth[]): void {
  const sizes = SIZES.map((size) => size.toLocaleString("en")).join(" | ");
  console.log(`\n${title}, CPU\n\n| what | ${sizes} | growth |\n| --- | --- | --- | --- | --- |`);
  for (const { name, unit, figures } of rows) {
    const growth = (figures.at(-1) ?? Number.NaN) / (figures[0] ?? Number.NaN);
    console.log(
      `| ${name} | ${figures.map((figure) => `${figure.toFixed(3)} ${unit}`).join(" | ")} | ${growth.toFixed(2)} |`,
    );
  }
}

growthTable("Reads and forks by number of trades", [...(await readGrowth(false)), ...(await readGrowth(true))]);
growthTable("Books by number of pending orders", await bookGrowth());
console.log(
  `\nOpening a stored exchange\n\n| journal | entries | ms of CPU | bytes per order |\n| --- | --- | --- | --- |`,
);
for (const journal of ["full", "compact"] as const)
  for (const { entries, clean, bytesPerOrder } of await startGrowth([10_000, 100_000, 1_000_000], journal))
    console.log(`| ${journal} | ${entries.toLocaleString("en")} | ${clean.toFixed(0)} | ${bytesPerOrder.toFixed(0)} |`);
console.log(
  `\n70 % reads and 30 % orders on a stored exchange that grows to 100,000 orders, longest wait of 99 in 100 by tenth of growth, ms: ${(await mixedGrowth(100_000)).map((wait) => wait.toFixed(1)).join(", ")}`,
);

const tools = await toolsBench();
table("A read by an agent", tools.reads);
table("An order by an agent", tools.orders);
for (const [name, { tools: count, bytes }] of Object.entries({ trading: tools.defaultSet, all: tools.wholeSet }))
  console.log(`Definitions of the set ${name}: ${count} tools, ${kib(bytes)}`);

const sizes = await sizeBench();
console.log(
  `\nagentexchange/exchange, minified and gzipped: ${kib(sizes.exchange)} of own code; by Vite ${kib(sizes.exchangeByVite)}`,
);
console.log(
  `\nRoot entry, minified and gzipped: ${kib(sizes.firstLoad)} at first load, ${kib(sizes.whole)} with what is loaded later; ${kib(sizes.own)} of it own code`,
);

const imports = importBench();
console.log(
  `\nCPU of an import in Node: ${ms(imports.root)} for agentexchange (${ms(imports.files)} from single files), ${ms(imports.core)} for agentexchange/core, ${ms(imports.exchange)} for agentexchange/exchange`,
);

const mcp = await mcpBench();
console.log(
  `\nMCP, median of a tool call by the official client: ${mcp.inProcess.toFixed(2)} ms in process, ${mcp.workerd.toFixed(2)} ms over HTTP to workerd; ${mcp.bare.toFixed(2)} ms by the client without MCP`,
);

console.log(`\nThe demo page\n\n${pageTable(await pageBench(chosenLengths()))}`);
process.exit();
