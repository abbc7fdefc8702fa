// Cost of a tick from the socket to its handler, compared with JSON.parse of the same messages.
import { AgentExchangeClient, Decimal, type WebSocketEvent } from "agentexchange";
import { compare, seeded, type Measured } from "./harness.ts";

const SYMBOLS = 600;
const RATE = 50_000;

type Listener = (event: WebSocketEvent) => void;

/** A socket without a network, whose messages come from the benchmark. */
class BenchSocket extends EventTarget {
  static last: BenchSocket | undefined;

  constructor(_url: string) {
    super();
    BenchSocket.last = this;
    queueMicrotask(() => this.dispatchEvent(new Event("open")));
  }

  override addEventListener(type: string, listener: unknown): void {
    super.addEventListener(type, listener as EventListener);
  }

  send(text: string): void {
    const { action, channel } = JSON.parse(text) as { readonly action: string; readonly channel: string };
    if (action === "subscribe" && channel === "ticker_all")
      this.deliver('{"type":"subscribed","channel":"ticker:all"}');
  }

  deliver(data: string): void {
    this.dispatchEvent(new MessageEvent("message", { data }));
  }

  close(): void {}
}

/** Messages of all symbols in turn, with increasing timestamps. */
function messages(count: number): readonly string[] {
  const random = seeded(3);
  const start = Date.UTC(2026, 2, 5, 14);
  return Array.from({ length: count }, (_, index) =>
    JSON.stringify({
      channel: "ticker",
      symbol: `S${index % SYMBOLS}USDT`,
      data: {
        price: (random() * 60_000).toFixed(8),
        quantity: random().toFixed(8),
        timestamp: new Date(start + index).toISOString(),
        is_buyer_maker: random() < 0.5,
      },
    }),
  );
}

/** Opens a stream and returns its socket. */
async function openStream(
  subscribe: (stream: ReturnType<AgentExchangeClient["openStream"]>) => void,
): Promise<{ readonly socket: BenchSocket; readonly close: () => Promise<void> }> {
  const client = new AgentExchangeClient({
    apiKey: "ak_live_bench",
    WebSocket: BenchSocket,
    fetch: () => Promise.reject(new TypeError("fetch failed")),
    retry: false,
  });
  const stream = client.openStream();
  subscribe(stream);
  await new Promise((resolve) => setTimeout(resolve, 10));
  if (BenchSocket.last === undefined || stream.state !== "live") throw new Error("the stream is not live");
  return { socket: BenchSocket.last, close: () => client.close() };
}

export interface StreamFigures {
  readonly ticks: readonly Measured[];
  /** Ticks per second for one consumer that takes the latest of each symbol, and the longest queue. */
  readonly perSecond: number;
  readonly waiting: number;
}

export async function streamBench(rounds = 60): Promise<StreamFigures> {
  const frames = messages(200_000);
  let sum = 0;
  const createSocket = (listener: Listener): BenchSocket => {
    const socket = new BenchSocket("");
    socket.addEventListener("message", listener);
    return socket;
  };
  const parsed = createSocket(({ data }) => {
    const message = JSON.parse(data as string) as { readonly symbol: string };
    sum += message.symbol.length;
  });
  const decoded = createSocket(({ data }) => {
    const message = JSON.parse(data as string) as {
      readonly symbol: string;
      readonly data: Readonly<Record<"price" | "quantity" | "timestamp", string>> & {
        readonly is_buyer_maker: boolean;
      };
    };
    const tick = {
      symbol: message.symbol,
      price: new Decimal(message.data.price),
      quantity: new Decimal(message.data.quantity),
      timestamp: new Date(message.data.timestamp),
      isBuyerMaker: message.data.is_buyer_maker,
    };
    sum += tick.symbol.length;
  });
  const opened = await openStream((stream) => void stream.onTicker("all", (tick) => void (sum += tick.symbol.length)));
  const feed = (socket: BenchSocket): (() => void) => {
    let next = 0;
    return () => socket.deliver(frames[next++ % frames.length] as string);
  };
  const ticks = await compare(
    [
      { name: "JSON.parse", run: feed(parsed) },
      { name: "JSON.parse + new Decimal + new Date", run: feed(decoded) },
      { name: "client.stream", run: feed(opened.socket) },
    ],
    { rounds, batch: 2000, clock: "cpu" },
  );
  await opened.close();
  if (sum === 0) throw new Error("no message was processed");
  return { ticks, ...(await latestRate(frames)) };
}

/** Sends ticks in bursts, as the platform does, to a consumer that takes what it can. */
async function latestRate(
  frames: readonly string[],
): Promise<{ readonly perSecond: number; readonly waiting: number }> {
  let taken = 0;
  let waiting = 0;
  const { socket, close } = await openStream((stream) => {
    void (async () => {
      for await (const tick of stream.ticker("all")) taken += Number(tick.symbol.length > 0);
    })();
  });
  const start = performance.now();
  for (let burst = 0; burst < frames.length; burst += RATE / 10) {
    const before = taken;
    for (const frame of frames.slice(burst, burst + RATE / 10)) socket.deliver(frame);
    await new Promise((resolve) => setImmediate(resolve));
    waiting = Math.max(waiting, taken - before);
  }
  const seconds = (performance.now() - start) / 1000;
  await close();
  return { perSecond: frames.length / seconds, waiting };
}
