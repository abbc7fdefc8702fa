import {
  getOpenOrders,
  getPerformance,
  getPortfolio,
  getPrice,
  getTradeHistory,
  type Client,
} from "agentexchange/core";
import { signal } from "@preact/signals";
import { money, price, quantity } from "../parts/format.ts";
import { messageOf, recordFailure, onRequest } from "./calls.ts";
import { link } from "./connection.ts";

/** An agent's question and how it is answered. */
interface Task {
  readonly name: string;
  readonly question: string;
  /** The client call, as source text. */
  readonly call: string;
  readonly run: (client: Client) => Promise<string>;
}

// The five tasks from the platform's documentation.
const TASKS: readonly Task[] = [
  {
    name: "Price watcher",
    question: "What is the current BTC price?",
    call: 'getPrice("BTCUSDT")',
    run: async (client) => `${price((await client.send(getPrice, "BTCUSDT")).price)} USDT`,
  },
  {
    name: "Accountant",
    question: "What is my portfolio value?",
    call: "getPortfolio()",
    run: async (client) => `${money((await client.send(getPortfolio)).totalEquity)} USDT`,
  },
  {
    name: "Order clerk",
    question: "List my open orders.",
    call: "getOpenOrders()",
    run: async (client) => {
      const orders = await client.send(getOpenOrders);
      if (orders.length === 0) return "None.";
      return orders.map(({ side, symbol, quantity: size }) => `${side} ${quantity(size)} ${symbol}`).join(", ");
    },
  },
  {
    name: "Historian",
    question: "What were my last 5 trades?",
    call: "getTradeHistory({ limit: 5 })",
    run: async (client) => {
      const trades = await client.send(getTradeHistory, { limit: 5 });
      if (trades.length === 0) return "None.";
      return trades.map(({ side, symbol, total }) => `${side} ${symbol} for ${money(total)}`).join(", ");
    },
  },
  {
    name: "Analyst",
    question: "What is my 7-day Sharpe ratio?",
    call: 'getPerformance({ period: "7d" })',
    run: async (client) => price((await client.send(getPerformance, { period: "7d" })).sharpeRatio),
  },
];

export type AgentState = "idle" | "working" | "done" | "failed";

/** An agent and the state of its task. */
export interface Agent {
  readonly task: Omit<Task, "run">;
  readonly state: AgentState;
  readonly answer: string;
  /** Milliseconds; null until it has finished. */
  readonly duration: number | null;
}

const idleAgent = (task: Task): Agent => ({ task, state: "idle", answer: "", duration: null });

export const agents = signal<readonly Agent[]>(TASKS.map(idleAgent));
/** Duration of the last run in milliseconds, up to the last answer. */
export const runDuration = signal<number | null>(null);
/** Number of requests of the last run, including repeats. */
export const requestCount = signal(0);

function updateAgent(index: number, next: Partial<Agent>): void {
  agents.value = agents.peek().map((agent, place) => (place === index ? Object.assign({}, agent, next) : agent));
}

/** Runs all five agents concurrently on one client. */
export async function runAgents(): Promise<void> {
  const client = link.peek()?.client;
  if (client === undefined || agents.peek().some(({ state }) => state === "working")) return;
  const start = performance.now();
  let sent = 0;
  const methods = new Set(TASKS.map(({ call }) => call.replace(/\(.*/, "")));
  const end = onRequest(({ name, queuedAt: began }) => {
    if (methods.has(name) && began >= start - 1) sent++;
  });
  runDuration.value = null;
  agents.value = TASKS.map((task) => ({ task, state: "working", answer: "", duration: null }));
  await Promise.all(
    TASKS.map(async (task, index) => {
      try {
        updateAgent(index, { state: "done", answer: await task.run(client), duration: performance.now() - start });
      } catch (error) {
        recordFailure(task.name, error);
        updateAgent(index, { state: "failed", answer: messageOf(error), duration: performance.now() - start });
      }
    }),
  );
  end();
  requestCount.value = sent;
  runDuration.value = performance.now() - start;
}
