export { createGateway } from "./createGateway.ts";
export { memoryStore } from "./memoryStore.ts";
export { ticketSocket } from "./ticketSocket.ts";
export type {
  Caller,
  Gateway,
  GatewayChannel,
  GatewayOptions,
  GatewayPeer,
  GatewaySession,
  GatewayStore,
  KeyedOrder,
  OrderAnswer,
  OrderRecord,
  OrderRecords,
} from "./types.ts";
