// Prices and fills as server-sent events.
import { toPlain, type AgentExchangeClient, type AgentExchangeStream } from "agentexchange";
import { problemOf } from "./problems.ts";

export interface Events {
  open(symbols: readonly string[]): Response;
  /** Ends all streams. */
  close(): Promise<void>;
}

/** A comment this often shows both sides that the other is still there. */
const BEAT_MS = 15_000;

interface Source {
  next(): Promise<string | undefined>;
  return(): unknown;
}

interface Result {
  readonly source: Source;
  /** Undefined at the end. */
  readonly result: string | { readonly reason: unknown } | undefined;
}

export function createEvents(client: AgentExchangeClient): Events {
  let stream: AgentExchangeStream | undefined;
  const responses = new Set<() => void>();

  return {
    open(symbols) {
      // One connection for all callers. It is opened by the first.
      stream ??= client.openStream();
      const sources = [...(symbols.length > 0 ? [pricesOf(stream, symbols)] : []), fillsOf(stream), beats()];
      // Each source is asked for one event at a time, and again when that has been sent.
      const ready: Result[] = [];
      let wake = (): void => {};
      const ask = async (source: Source): Promise<void> => {
        const result = await source.next().catch((reason: unknown) => ({ reason }));
        ready.push({ source, result });
        wake();
      };
      const take = async (): Promise<Result> => {
        for (;;) {
          const first = ready.shift();
          if (first !== undefined) return first;
          await new Promise<void>((resolve) => (wake = resolve));
        }
      };
      for (const source of sources) void ask(source);
      const end = (): void => {
        responses.delete(end);
        for (const source of sources) source.return();
      };
      responses.add(end);
      const encoder = new TextEncoder();
      const body = new ReadableStream<Uint8Array>(
        {
          start: (controller) => controller.enqueue(encoder.encode("retry: 3000\n\n")),
          // Called when the caller is ready for more. Until then, only the newest price of each pair is kept.
          async pull(controller) {
            const { source, result } = await take();
            if (typeof result === "string") {
              void ask(source);
              return controller.enqueue(encoder.encode(result));
            }
            if (result !== undefined) controller.enqueue(encoder.encode(format("problem", problemOf(result.reason))));
            end();
            controller.close();
          },
          // The caller is gone.
          cancel: end,
        },
        { highWaterMark: 1 },
      );
      return new Response(body, { headers: { "Content-Type": "text/event-stream", "Cache-Control": "no-store" } });
    },
    async close() {
      for (const end of responses) end();
      await stream?.close();
    },
  };
}

function format(event: string, data: unknown): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

function pricesOf(stream: AgentExchangeStream, symbols: readonly string[]): Source {
  const ticks = stream.ticker(symbols);
  return {
    async next() {
      const { done, value } = await ticks.next();
      return done === true ? undefined : format("price", toPlain(value));
    },
    return: () => ticks.return(),
  };
}

function fillsOf(stream: AgentExchangeStream): Source {
  const orders = stream.orders();
  return {
    async next() {
      for (;;) {
        const { done, value } = await orders.next();
        if (done === true) return undefined;
        if (value.status === "filled") return format("fill", toPlain(value));
      }
    },
    return: () => orders.return(),
  };
}

function beats(): Source {
  let stop = (): void => {};
  return {
    next: () =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, BEAT_MS, ": still here\n\n");
        stop = () => {
          clearTimeout(timer);
          resolve(undefined);
        };
      }),
    return: () => stop(),
  };
}
