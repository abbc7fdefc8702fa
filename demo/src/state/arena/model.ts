// A stand-in for a language model. It has a model's shape: messages go in, a message with text and tool calls comes out,
// and the answers of the tools go into the next turn. What it decides depends only on what the tools answered and its seed.
import { Decimal } from "agentexchange";
import { toAnthropic, type JsonObject, type Toolbox } from "agentexchange/tools";
import type { StrategyContext } from "agentexchange/bots";
import { randomFrom } from "./random.ts";

interface ToolUse {
  readonly type: "tool_use";
  readonly id: string;
  readonly name: string;
  readonly input: JsonObject;
}
interface Text {
  readonly type: "text";
  readonly text: string;
}
interface ToolAnswer {
  readonly type: "tool_result";
  readonly tool_use_id: string;
  readonly content: string;
  readonly is_error: boolean;
}

export interface Message {
  readonly role: "user" | "assistant";
  readonly content: readonly (Text | ToolUse | ToolAnswer)[];
}

/** What a model does: it continues a conversation. */
export type Model = (messages: readonly Message[]) => Message;

export interface MockModelOptions {
  readonly seed: number;
  readonly pairs: readonly string[];
  /** USDT of one order. */
  readonly amount: Decimal;
}

const MAX_TURNS = 6;
const CANDLES = 24;
/** How many standard deviations a move must have to count. */
const BUY_ABOVE = 1.1;
const SELL_BELOW = -0.9;
const WAIT_ABOVE = 0.7;
/** How far below the price a waiting order is placed. */
const DISCOUNT = "0.997";

/** Lets a model use a toolbox until it calls no more tools; resolves to its last words. */
export async function runModel(model: Model, toolbox: Toolbox, { signal }: StrategyContext): Promise<string> {
  const { run } = toAnthropic(toolbox);
  const messages: Message[] = [
    { role: "user", content: [{ type: "text", text: "Look at the market and the account, then trade if it pays." }] },
  ];
  for (let turn = 0; turn < MAX_TURNS; turn++) {
    const reply = model(messages);
    messages.push(reply);
    const uses = reply.content.filter((block) => block.type === "tool_use");
    if (uses.length === 0) return textOf(reply);
    const answers: ToolAnswer[] = [];
    for (const use of uses) answers.push(await run(use, { signal }));
    messages.push({ role: "user", content: answers });
  }
  return "I used all my turns.";
}

/** A model that follows the trend of the last two hours. */
export function mockModel({ seed, pairs, amount }: MockModelOptions): Model {
  return (messages) => {
    const answers = messages.flatMap(({ content }) => content.filter((block) => block.type === "tool_result"));
    const say = (text: string, ...uses: Omit<ToolUse, "type" | "id">[]): Message => ({
      role: "assistant",
      content: [
        { type: "text", text },
        ...uses.map(({ name, input }, index) => {
          const id = `call_${messages.length}_${index}`;
          return { type: "tool_use", id, name, input } as const;
        }),
      ],
    });
    if (answers.length === 0)
      return say(
        "I look at the account and the last two hours first.",
        { name: "getPortfolio", input: {} },
        { name: "getOpenOrders", input: {} },
        ...pairs.map((symbol) => ({ name: "getCandles", input: { symbol, interval: "5m", limit: CANDLES } })),
      );
    const words = textOf(messages.findLast(({ role }) => role === "assistant"));
    // The answer to the order that it proposed.
    if (answers.length > pairs.length + 2) {
      const problem = answers.at(-1)?.is_error === true ? errorOf(answers.at(-1)) : null;
      return say(problem === null ? words : `${words} It was refused: ${problem}`);
    }
    const [portfolio, open, ...candles] = answers.map(({ content }) => dataOf(content));
    return decide(say, {
      moves: pairs.map((symbol, index) => moveOf(symbol, candles[index], seed)).filter((move) => move !== null),
      portfolio,
      isWaiting: Array.isArray(open) && open.length > 0,
      amount,
    });
  };
}

interface Move {
  readonly symbol: string;
  readonly price: Decimal;
  /** The move in standard deviations, with the model's mood. */
  readonly strength: number;
}

interface Seen {
  readonly moves: readonly Move[];
  readonly portfolio: unknown;
  readonly isWaiting: boolean;
  readonly amount: Decimal;
}

type Say = (text: string, ...uses: Omit<ToolUse, "type" | "id">[]) => Message;

function decide(say: Say, { moves, portfolio, isWaiting, amount }: Seen): Message {
  const { positions = [], availableCash = "0" } = portfolio as {
    readonly positions?: readonly { readonly symbol: string; readonly quantity: string }[];
    readonly availableCash?: string;
  };
  const held = (symbol: string): string | undefined =>
    positions.find((position) => position.symbol === symbol)?.quantity;
  const weakest = moves.find(({ symbol, strength }) => strength < SELL_BELOW && held(symbol) !== undefined);
  if (weakest !== undefined)
    return say(`${weakest.symbol} is falling ${sizeOf(weakest)}, so I sell what I have.`, {
      name: "placeMarketOrder",
      input: { symbol: weakest.symbol, side: "sell", quantity: held(weakest.symbol) ?? "0" },
    });
  const [best] = moves
    .filter(({ symbol }) => held(symbol) === undefined)
    .toSorted((one, other) => other.strength - one.strength);
  if (best === undefined || best.strength < WAIT_ABOVE) return say("Nothing moves enough to trade.");
  if (amount.times("1.01").gt(availableCash)) return say("I would buy, but there is not enough cash.");
  const quantity = (price: Decimal): string => amount.div(price).toDecimalPlaces(5, Decimal.ROUND_DOWN).toFixed();
  if (best.strength > BUY_ABOVE)
    return say(`${best.symbol} is rising ${sizeOf(best)}, so I buy at the market.`, {
      name: "placeMarketOrder",
      input: { symbol: best.symbol, side: "buy", quantity: quantity(best.price) },
    });
  if (isWaiting) return say("An order is waiting, so I do not add another one.");
  const price = best.price.times(DISCOUNT).toSignificantDigits(6);
  return say(`${best.symbol} rises slowly, so I wait for a slightly lower price.`, {
    name: "placeLimitOrder",
    input: { symbol: best.symbol, side: "buy", quantity: quantity(price), price: price.toFixed() },
  });
}

const sizeOf = ({ strength }: Move): string => `(${Math.abs(strength).toFixed(1)} standard deviations in two hours)`;

function moveOf(symbol: string, candles: unknown, seed: number): Move | null {
  if (!Array.isArray(candles) || candles.length < 3) return null;
  const closes = (candles as readonly { readonly close: string }[]).map(({ close }) => Number(close));
  const returns = closes.slice(1).map((close, index) => close / (closes[index] ?? close) - 1);
  const mean = returns.reduce((sum, value) => sum + value, 0) / returns.length;
  const deviation = Math.sqrt(returns.reduce((sum, value) => sum + (value - mean) ** 2, 0) / returns.length);
  if (deviation === 0) return null;
  const { time = "", close = "0" } = candles.at(-1) as { readonly time?: string; readonly close?: string };
  // A model does not answer exactly the same each time; this one's mood depends on the seed, the pair and the time.
  const mood = randomFrom(seed + Date.parse(time) / 1000 + symbol.length * 7919 + symbol.charCodeAt(0))() - 0.5;
  return {
    symbol,
    price: new Decimal(close),
    strength: (mean * returns.length) / (deviation * Math.sqrt(returns.length)) + mood * 0.4,
  };
}

function textOf(message: Message | undefined): string {
  return (message?.content ?? []).map((block) => (block.type === "text" ? block.text : "")).join("");
}

function dataOf(content: string): unknown {
  return (JSON.parse(content) as { readonly data?: unknown }).data;
}

function errorOf(answer: ToolAnswer | undefined): string {
  const { error } = JSON.parse(answer?.content ?? "{}") as { readonly error?: { readonly message?: string } };
  return error?.message ?? "unknown";
}
