// Puts, lists and removes an intent in the folder of the first argument: in Node, Deno and Bun.
import process from "node:process";
import { fileIntents } from "../../dist/node/index.js";

const intent = {
  version: 1,
  id: "a",
  symbol: "BTCUSDT",
  side: "buy",
  type: "market",
  quantity: "0.01",
  price: null,
  agentId: null,
  key: null,
  sentAt: "2026-03-05T14:00:00.000Z",
  notBefore: null,
  otherOrders: [],
};
const store = fileIntents(process.argv[2]);
await store.put(intent);
const [left] = await store.list();
await store.delete("a");
console.log(left.quantity, (await store.list()).length);
