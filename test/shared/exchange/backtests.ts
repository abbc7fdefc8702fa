import {
  manualMarket,
  virtualClock,
  type Exchange,
  type Fidelity,
  type ManualMarket,
} from "../../../src/exchange/index.ts";
import { deviations } from "./comparison.ts";
import { exchanges, type Exchange as Recorded } from "../../fixtures/rest.ts";
import type { BodyOf } from "./bodies.ts";
import { open, send, trader, type Answer, type Trader } from "./trader.ts";

export const UNKNOWN = "00000000-0000-4000-8000-000000000000";

/** Prices of pairs by the minute of a morning: `{ 0: { BTCUSDT: "60000" }, 5: … }`. */
export type Morning = Readonly<Record<number, Readonly<Record<string, string>>>>;

export const DAWN = "2026-01-01T00:00:00Z";

/** An exchange after a morning of the given prices; at one o'clock, or later if the morning is longer. */
export async function afterMorning(
  morning: Morning,
  fidelity: Fidelity = "declared",
  start = DAWN,
): Promise<{ exchange: Exchange<ManualMarket>; owner: Trader; other: Trader }> {
  const exchange = open({ market: manualMarket(), clock: virtualClock(start), fidelity });
  let minute = 0;
  for (const [at, prices] of Object.entries(morning)) {
    await exchange.advance((Number(at) - minute) * 60_000);
    minute = Number(at);
    for (const [symbol, price] of Object.entries(prices)) exchange.market.set(symbol, { price });
  }
  await exchange.advance(Math.max(60, minute + 60 - (minute % 60)) * 60_000);
  return { exchange, owner: await trader(exchange), other: await trader(exchange) };
}

/** Sends a request below the path of a backtest. */
export type BacktestSend = <Method extends string, Path extends string>(
  method: Method,
  path: Path,
  body?: unknown,
) => Promise<Answer<BodyOf<Method, `/backtest/${string}${Path}`>>>;

/** Creates and starts a backtest of the given number of minutes; returns a sender for paths below it. */
export async function backtest(
  owner: Trader,
  minutes: number,
  plan: Record<string, unknown> = {},
): Promise<{ id: string; send: BacktestSend }> {
  const end = new Date(Date.parse(DAWN) + minutes * 60_000).toISOString();
  const body = { start_time: DAWN, end_time: end, starting_balance: "10000", ...plan };
  const created = await owner.send("POST", "/backtest/create", body);
  const id: string = created.json.session_id;
  const started = await owner.send("POST", `/backtest/${id}/start`);
  if (started.status !== 200) throw new Error(`not started: ${JSON.stringify([created.json, started.json])}`);
  return {
    id,
    send: (method, path, sent) =>
      owner.send<typeof method, `/backtest/${string}${typeof path}`>(method, `/backtest/${id}${path}`, sent),
  };
}

/** Replays recorded requests, mapping recorded ids to ours; returns the differences in the responses. */
export async function replayRequests(
  exchange: Exchange,
  apiKey: string,
  names: readonly string[],
  agentId: string,
): Promise<string[]> {
  const ours = new Map([["1e45fe3c-cf0b-427f-b399-708e264e66c0", agentId]]);
  const filled = (text: string): string => [...ours].reduce((all, [theirs, our]) => all.replaceAll(theirs, our), text);
  const found: string[] = [];
  for (const name of names) {
    const { request, response } = exchanges.find((each) => each.name === name) as Recorded;
    const body = request.body === undefined ? undefined : filled(request.body);
    const answer = await send(exchange, request.method, filled(request.path), body, { "x-api-key": apiKey });
    const recorded: unknown = JSON.parse(response.body);
    learn(recorded, answer.json, ours);
    const expected: unknown = JSON.parse(filled(response.body));
    if (answer.status !== response.status) found.push(`${name}: status ${answer.status}, recorded ${response.status}`);
    found.push(...deviations(answer.json, expected).map((each) => `${name}: ${each}`));
    await exchange.advance(10);
  }
  return found;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;

function learn(recorded: unknown, answer: unknown, ours: Map<string, string>): void {
  if (
    typeof recorded === "string" &&
    typeof answer === "string" &&
    UUID.test(recorded) &&
    UUID.test(answer) &&
    !ours.has(recorded)
  ) {
    ours.set(recorded, answer);
  } else if (typeof recorded === "object" && recorded !== null && typeof answer === "object" && answer !== null) {
    for (const [key, part] of Object.entries(recorded)) learn(part, (answer as Record<string, unknown>)[key], ours);
  }
}

export const BOTH = ["observed", "declared"] as const;
/** A price that does not move. */
export const QUIET: Morning = { 0: { BTCUSDT: "60000" } };
export const buy = (quantity: string, symbol = "BTCUSDT"): Readonly<Record<string, string>> => ({
  symbol,
  side: "buy",
  quantity,
});
export const sell = (quantity: string, symbol = "BTCUSDT"): Readonly<Record<string, string>> => ({
  symbol,
  side: "sell",
  quantity,
});

/** Status and code of a response, or its first issue. */
export function codeOf({ status, json }: Answer): readonly unknown[] {
  return [status, json.error?.code ?? json.detail?.[0]?.type ?? json.detail];
}
