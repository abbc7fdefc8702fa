export { createGate, type Gate, type StreamPeer } from "./server.ts";
export type { StreamSession } from "./session.ts";
export { createSockets, type ExchangeSocket, type ExchangeSocketClass, type SocketData } from "./socket.ts";
export type { SocketCloseEvent, SocketEvents, SocketHandler } from "./socketEvents.ts";
export { lateGate } from "./withLatency.ts";
export { faultyPassage } from "./frameFilter.ts";
