export { createStreamServer, type ResumableServer, type SavedConnection, type StreamServer } from "./server.ts";
export type { StreamPeer, StreamSession } from "./peer.ts";
export { createSockets, type ExchangeSocket, type ExchangeSocketClass, type SocketData } from "./socket.ts";
export type {
  SocketCloseEvent,
  SocketEvents,
  SocketHandler,
  SocketListenerOptions,
  SocketTarget,
} from "./socketEvents.ts";
export { withLatency } from "./withLatency.ts";
export { createFaultyFrameFilter } from "./frameFilter.ts";
