import type { ExchangeSocketClass } from "../../src/exchange/index.ts";
import type { WebSocketConstructor, WebSocketEvent } from "../../src/transport/index.ts";

/** Sockets that truncate some messages and move the timestamps of others an hour ahead. */
export function strangeSockets(
  Inner: ExchangeSocketClass,
  random: () => number,
  rates: () => { readonly broken: number; readonly ahead: number },
): WebSocketConstructor {
  const distort = (text: string): string => {
    const { broken, ahead } = rates();
    const chance = random();
    if (chance < broken) return text.slice(0, Math.floor(random() * text.length));
    return chance < broken + ahead
      ? text.replace(/"timestamp":"([^"]+)"/, (_match, time: string) => moveAhead(time))
      : text;
  };
  return class extends Inner {
    override addEventListener(type: string, listener: (event: WebSocketEvent) => void): void {
      super.addEventListener(type as "message", (event: WebSocketEvent) => {
        if (type !== "message") return listener(event);
        return listener({ type, data: distort(String(event.data)) });
      });
    }
  };
}

function moveAhead(time: string): string {
  return `"timestamp":"${new Date(Date.parse(time) + 3_600_000).toISOString()}"`;
}
