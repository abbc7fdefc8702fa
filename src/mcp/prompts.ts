import type {
  GetPromptRequest,
  GetPromptResult,
  ListPromptsResult,
  Prompt,
  PromptArgument,
} from "@modelcontextprotocol/server";
import type { Toolbox } from "../tools/index.ts";
import { invalidParams } from "./tools.ts";

interface Task {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly arguments: readonly PromptArgument[];
  /** Tools that the task cannot do without. */
  readonly needs: readonly string[];
  text(values: Readonly<Record<string, string>>): string;
}

const TASKS: readonly Task[] = [
  {
    name: "review_portfolio",
    title: "Review the portfolio",
    description: "Reports positions, profit and risk. Places no orders.",
    arguments: [],
    needs: ["getPortfolio"],
    text: () =>
      "Review my portfolio. Read the portfolio, the open orders if you can, and the mandate (agentexchange://mandate). " +
      "Report equity, each position with its unrealized profit and share of the equity, what the open orders would do, " +
      "and how much of the mandate is left. Name the largest risk. Do not place, change or cancel anything.",
  },
  {
    name: "buy_with_a_plan",
    title: "Buy with a plan",
    description: "Plans a purchase of one pair within the mandate, and places it after you agree.",
    arguments: [
      { name: "symbol", description: "The pair, such as BTCUSDT.", required: true },
      { name: "amount", description: "How much to spend, in USDT, such as 250.", required: true },
      {
        name: "stop_loss_pct",
        description: "Sell if the price falls by this many percent, such as 5.",
        required: false,
      },
    ],
    needs: ["placeMarketOrder", "getPrice"],
    text: ({ symbol = "", amount = "", stop_loss_pct: stop = "" }) =>
      `Plan a purchase of ${symbol} for ${amount} USDT. Read the mandate (agentexchange://mandate), the price, and the ` +
      "pair's smallest quantity and step. Compute the quantity from the price and round it down to a whole step. " +
      `Show me symbol, quantity, price, expected fee and what is left of the mandate${
        stop === "" ? "" : `, and a stop-loss ${stop} percent below the price`
      }. Place the order only after I agree. If an error tells a next step, follow it; never split an order to get below a limit.`,
  },
  {
    name: "test_a_strategy",
    title: "Test a strategy",
    description: "Turns an idea into rules, tests them on past prices, and reports the results.",
    arguments: [
      { name: "idea", description: "The idea in your words, such as: buy when RSI is below 30.", required: true },
      { name: "symbol", description: "The pair, such as BTCUSDT.", required: true },
    ],
    needs: ["createStrategy", "runTest"],
    text: ({ idea = "", symbol = "" }) =>
      `Test this trading idea on ${symbol}: ${idea}\n\nCreate a strategy with rules that express it, and tell me where the ` +
      "rules differ from the idea. Run a test over several past periods, wait for its end, and report return, drawdown, " +
      "Sharpe ratio and number of trades. Say whether there are enough trades to conclude anything. Do not deploy it.",
  },
];

/** The prompts for which the toolbox has the tools. */
export function listPrompts(toolbox: Toolbox): ListPromptsResult {
  return { prompts: available(toolbox).map(describe) };
}

/** The text of a prompt. */
export function getPrompt(toolbox: Toolbox, { params }: GetPromptRequest): GetPromptResult {
  const task = available(toolbox).find(({ name }) => name === params.name);
  if (task === undefined) throw invalidParams(`Unknown prompt ${JSON.stringify(params.name.slice(0, 64))}.`);
  const given = params.arguments ?? {};
  const missing = task.arguments.find(({ name, required }) => required === true && (given[name] ?? "").trim() === "");
  if (missing !== undefined) throw invalidParams(`The prompt ${task.name} needs the argument ${missing.name}.`);
  return {
    description: task.description,
    messages: [{ role: "user", content: { type: "text", text: task.text(given) } }],
  };
}

function available(toolbox: Toolbox): readonly Task[] {
  const names = new Set(toolbox.list().map(({ name }) => name));
  return TASKS.filter(({ needs }) => needs.every((need) => names.has(need)));
}

function describe({ name, title, description, arguments: parameters }: Task): Prompt {
  return { name, title, description, arguments: [...parameters] };
}
