import type { ExchangeClock } from "../time/clock.ts";
import type { StreamServer } from "./server.ts";
import { createPipe } from "./pipe.ts";

/** A server as it is from afar: every frame is on its way for `latency` ms, in either direction. */
export function withLatency(server: StreamServer, clock: ExchangeClock, latency: number): StreamServer {
  if (latency === 0) return server;
  return {
    connect(url, peer) {
      const up = createPipe(clock, latency);
      const down = createPipe(clock, latency);
      const session = server.connect(url, {
        send: (text) => down.put(() => peer.send(text)),
        close: (code, reason) => down.put(() => peer.close(code, reason)),
        drop: () => down.put(() => peer.drop()),
        stall() {
          up.cut();
          peer.stall();
        },
      });
      if (session === undefined) return undefined;
      return {
        receive: (text) => up.put(() => session.receive(text)),
        receiveBinary: () => up.put(() => session.receiveBinary()),
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
