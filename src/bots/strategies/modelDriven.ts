import { createToolbox, type JsonObject, type Toolbox } from "../../tools/index.ts";
import { placesOrder } from "../../tools/preview/plannedOrder.ts";
import type { Decision, Strategy, StrategyContext } from "../types.ts";

/** Options of {@link modelDriven}. */
export interface ModelDrivenOptions {
  /** Default `modelDriven`. */
  readonly name?: string | undefined;
  /**
   * Lets a model use the tools until it has decided, in a loop of any framework: give it `toAiSdk(toolbox)`, for example.
   * Resolves to why it decided so, in the model's words.
   */
  readonly run: (toolbox: Toolbox, context: StrategyContext) => Promise<string> | string;
}

const LOOK = [
  "getPrice",
  "getTickers",
  "getCandles",
  "getOrderbook",
  "getIndicators",
  "getPairs",
  "getPortfolio",
  "getOpenOrders",
] as const;
const ORDERS = ["placeMarketOrder", "placeLimitOrder", "placeStopLoss", "placeTakeProfit"] as const;
const MAX_REASON = 300;

/**
 * Lets a language model decide. Its tools look at the market and the account; its orders are only proposals, which are
 * checked and simulated: the first one that the mandate allows becomes the decision.
 *
 * @example
 * ```ts
 * import { modelDriven } from "agentexchange/bots";
 *
 * const strategy = modelDriven({
 *   run: async (toolbox) => {
 *     // Here a model would choose among toolbox.list().
 *     await toolbox.run("placeMarketOrder", { symbol: "BTCUSDT", side: "buy", quantity: "0.001" });
 *     return "The price is low.";
 *   },
 * });
 * console.log(strategy.name); // modelDriven
 * ```
 */
export function modelDriven({ name = "modelDriven", run }: ModelDrivenOptions): Strategy {
  return {
    name,
    async decide(context) {
      const { client, mandate, symbols } = context;
      const toolbox = createToolbox(client, {
        mandate: { ...mandate, symbols: [...symbols] },
        actor: name.slice(0, 100),
        tools: [...LOOK, ...ORDERS],
        // Nothing is placed: the decision is.
        dryRun: true,
      });
      let isProposing = false;
      let proposal: { readonly tool: string; readonly input: JsonObject } | undefined;
      const proposing: Toolbox = {
        ...toolbox,
        async run(tool, input, options) {
          const isOrder = placesOrder(tool);
          // A model can call several tools at once.
          if (isOrder && isProposing)
            return {
              ok: false,
              callId: options?.callId ?? "",
              error: {
                code: "ALREADY_DECIDED",
                message: "An order has been proposed already; one tick has at most one.",
                retryable: false,
                nextStep: "Say in one sentence why you proposed it, and stop.",
              },
            };
          isProposing ||= isOrder;
          const result = await toolbox.run(tool, input, options);
          if (isOrder && result.ok) proposal = { tool, input: input as JsonObject };
          else if (isOrder) isProposing = false;
          return result;
        },
      };
      try {
        const reason = clean(await run(proposing, context));
        return proposal === undefined
          ? { kind: "hold", reason: reason === "" ? "The model proposed no order." : reason }
          : ({
              kind: "order",
              ...proposal,
              reason: reason === "" ? "The model proposed it." : reason,
            } satisfies Decision);
      } finally {
        await toolbox.close();
      }
    },
  };
}

/** A model's words, for the history: one line of limited length. */
function clean(text: unknown): string {
  return typeof text === "string" ? text.replace(/\s+/gu, " ").trim().slice(0, MAX_REASON) : "";
}
