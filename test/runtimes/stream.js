// A stream over real sockets, in Node, Deno or Bun: `run test/runtimes/stream.js <server URL> <key>`
import { AgentExchangeClient, AuthenticationError } from "agentexchange";

const [baseUrl, apiKey] = process.argv.slice(2);
const client = new AgentExchangeClient({ baseUrl, apiKey });
const stream = client.openStream();
const states = [];
stream.on("state", (state) => states.push(state));
const orders = stream.orders();
const { value: tick } = await stream.ticker("all").next();
await client.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.001" });
const { value: order } = await orders.next();
console.log(tick.source, order.status, states.join());
await client.close();

const stranger = new AgentExchangeClient({ baseUrl, apiKey: "ak_live_stranger" });
try {
  await stranger.openStream().ticker("BTCUSDT").next();
} catch (error) {
  console.log(error instanceof AuthenticationError, error.code);
}
// No process.exit(): no open handle may keep the process alive.
