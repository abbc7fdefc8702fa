import type { ExchangeClock } from "../time/clock.ts";
import { createPipe } from "./pipe.ts";
import type { StreamServer } from "./server.ts";

/** Wraps a stream server so that every frame takes `latency` ms in either direction. */
export function withLatency(server: StreamServer, clock: ExchangeClock, latency: number): StreamServer {
  if (latency === 0) return server;
  return {
    connect(url, peer) {
      const up = createPipe(clock, latency);
      const down = createPipe(clock, latency);
      const session = server.connect(url, {
        send: (text) => down.send(() => peer.send(text)),
        close: (code, reason) => down.send(() => peer.close(code, reason)),
        drop: () => down.send(() => peer.drop()),
        stall() {
          up.cut();
          peer.stall();
        },
      });
      if (session === undefined) return undefined;
      return {
        receive: (text) => up.send(() => session.receive(text)),
        receiveBinary: () => up.send(() => session.receiveBinary()),
        closed() {
          up.cut();
          down.cut();
          session.closed();
        },
      };
    },
    close: () => server.close(),
  };
}
