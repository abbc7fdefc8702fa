import { signal } from "@preact/signals";
import type { AgentExchangeClient } from "agentexchange";
import { money, price, quantity } from "../parts/format.ts";
import { messageOf, noteFailure, onTrip } from "./calls.ts";
import { link } from "./connection.ts";

/** What one agent is asked, and how it finds out. */
interface Task {
  readonly name: string;
  readonly question: string;
  /** The client's method, as it is written. */
  readonly call: string;
  readonly run: (client: AgentExchangeClient) => Promise<string>;
}

// The five tasks of the platform's documentation.
const TASKS: readonly Task[] = [
  {
    name: "Price watcher",
    question: "What is the current BTC price?",
    call: 'getPrice("BTCUSDT")',
    run: async (client) => `${price((await client.getPrice("BTCUSDT")).price)} USDT`,
  },
  {
    name: "Accountant",
    question: "What is my portfolio value?",
    call: "getPortfolio()",
    run: async (client) => `${money((await client.getPortfolio()).totalEquity)} USDT`,
  },
  {
    name: "Order clerk",
    question: "List my open orders.",
    call: "getOpenOrders()",
    run: async (client) => {
      const orders = await client.getOpenOrders();
      if (orders.length === 0) return "None.";
      return orders.map(({ side, symbol, quantity: size }) => `${side} ${quantity(size)} ${symbol}`).join(", ");
    },
  },
  {
    name: "Historian",
    question: "What were my last 5 trades?",
    call: "getTradeHistory({ limit: 5 })",
    run: async (client) => {
      const trades = await client.getTradeHistory({ limit: 5 });
      if (trades.length === 0) return "None.";
      return trades.map(({ side, symbol, total }) => `${side} ${symbol} for ${money(total)}`).join(", ");
    },
  },
  {
    name: "Analyst",
    question: "What is my 7-day Sharpe ratio?",
    call: 'getPerformance({ period: "7d" })',
    run: async (client) => price((await client.getPerformance({ period: "7d" })).sharpeRatio),
  },
];

export type AgentState = "idle" | "working" | "done" | "failed";

/** One agent and where it is with its task. */
export interface Agent {
  readonly task: Omit<Task, "run">;
  readonly state: AgentState;
  readonly answer: string;
  /** Milliseconds; null while it works. */
  readonly took: number | null;
}

const idle = (task: Task): Agent => ({ task, state: "idle", answer: "", took: null });

export const agents = signal<readonly Agent[]>(TASKS.map(idle));
/** Of the last run, from its start to the last answer, in milliseconds. */
export const together = signal<number | null>(null);
/** Requests of the last run, repeats included. */
export const requests = signal(0);

function change(index: number, next: Partial<Agent>): void {
  agents.value = agents.peek().map((agent, place) => (place === index ? Object.assign({}, agent, next) : agent));
}

/** Lets all five work at the same time, on one client. */
export async function runAgents(): Promise<void> {
  const client = link.peek()?.client;
  if (client === undefined || agents.peek().some(({ state }) => state === "working")) return;
  const start = performance.now();
  let sent = 0;
  const methods = new Set(TASKS.map(({ call }) => call.replace(/\(.*/, "")));
  const end = onTrip(({ name, began }) => {
    if (methods.has(name) && began >= start - 1) sent++;
  });
  together.value = null;
  agents.value = TASKS.map((task) => ({ task, state: "working", answer: "", took: null }));
  await Promise.all(
    TASKS.map(async (task, index) => {
      try {
        change(index, { state: "done", answer: await task.run(client), took: performance.now() - start });
      } catch (error) {
        noteFailure(task.name, error);
        change(index, { state: "failed", answer: messageOf(error), took: performance.now() - start });
      }
    }),
  );
  end();
  requests.value = sent;
  together.value = performance.now() - start;
}
