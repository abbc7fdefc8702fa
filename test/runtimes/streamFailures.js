// Errors of streams that cannot connect, in Node, Deno or Bun: `run … <name>=<origin> …`
import { AgentExchangeClient } from "agentexchange";

async function tell(argument) {
  const [name, baseUrl] = argument.split("=");
  const client = new AgentExchangeClient({ baseUrl, apiKey: "ak_live_any" });
  const stream = client.openStream();
  const began = performance.now();
  const error = await new Promise((resolve) => {
    stream.on("error", resolve);
    stream.onTicker("BTCUSDT", () => {});
  });
  const wait = performance.now() - began;
  const isKept = stream.problem?.code === error.code;
  // An iterator that can never yield must end.
  const ended = await Promise.race([
    stream
      .ticker("BTCUSDT")
      .next()
      .then(undefined, (/** @type {unknown} */ reason) => reason.code),
    new Promise((resolve) => setTimeout(resolve, 200, "waits")),
  ]);
  await client.close();
  return [name, error.name, error.code, error.status, wait < 4000 ? "immediately" : "later", isKept, ended].join(" ");
}

const lines = await Promise.all(process.argv.slice(2).map(tell));
delete globalThis.WebSocket;
console.log([...lines, await tell(`no WebSocket=${process.argv[2].split("=")[1]}`)].join("\n"));
// No process.exit(): no open handle may keep the process alive.
