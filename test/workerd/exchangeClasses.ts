// Exchange objects whose time the tests set. The alarms that they set never ring by themselves: it is the year 2100.
import { ExchangeObject, type ExchangeObjectOptions } from "agentexchange/workers";

/** Unix milliseconds. Each test begins later than the ones before. */
export const time = { now: Date.UTC(2100, 0, 5) };

/** Deliveries of webhooks, by address. All fail but those to `https://works.example/`. */
export const deliveries: string[] = [];

export const TIMED_OPTIONS: ExchangeObjectOptions = {
  rateLimits: false,
  now: () => time.now,
  webhookFetch: async (url) => {
    deliveries.push(url);
    return new Response(null, { status: url.startsWith("https://works.example/") ? 200 : 500 });
  },
};

export class TimedExchange extends ExchangeObject {
  static override readonly options: ExchangeObjectOptions = TIMED_OPTIONS;
}
