import type { ExchangeSocketClass } from "../../src/exchange/index.ts";
import type { WebSocketConstructor, WebSocketEvent } from "../../src/transport/index.ts";

/** Sockets over which some messages cannot be read, and some are stamped an hour ahead. */
export function strangeSockets(
  Inner: ExchangeSocketClass,
  random: () => number,
  rates: () => { readonly broken: number; readonly ahead: number },
): WebSocketConstructor {
  const strange = (text: string): string => {
    const { broken, ahead } = rates();
    const chance = random();
    if (chance < broken) return text.slice(0, Math.floor(random() * text.length));
    return chance < broken + ahead
      ? text.replace(/"timestamp":"([^"]+)"/, (_match, time: string) => ahead1h(time))
      : text;
  };
  return class extends Inner {
    override addEventListener(type: string, listener: (event: WebSocketEvent) => void): void {
      super.addEventListener(type as "message", (event: WebSocketEvent) => {
        if (type !== "message") return listener(event);
        return listener({ type, data: strange(String(event.data)) });
      });
    }
  };
}

function ahead1h(time: string): string {
  return `"timestamp":"${new Date(Date.parse(time) + 3_600_000).toISOString()}"`;
}
