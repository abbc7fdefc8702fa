import { validate, type Params } from "../endpoints/index.ts";
import { isAgentExchangeError } from "../errors/index.ts";
import type { AnyEndpoint } from "../tools/catalogue/endpointList.ts";
import { denied, GatewayRejection, malformed } from "./rejection.ts";
import type { KeyedOrder } from "./types.ts";

/** The operation of each type of order, and the argument that its price is. */
const OPERATIONS: Readonly<Record<string, readonly [operation: string, price: string | undefined]>> = {
  market: ["placeMarketOrder", undefined],
  limit: ["placeLimitOrder", "price"],
  stop_loss: ["placeStopLoss", "triggerPrice"],
  take_profit: ["placeTakeProfit", "triggerPrice"],
};

const FIELDS: ReadonlySet<string> = new Set(["symbol", "side", "type", "quantity", "price"]);

/** Visible ASCII characters. */
const KEY = /^[!-~]{1,255}$/;

/** Parses a body that must be a JSON object. */
export function parseObject(body: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw malformed("The body is not valid JSON.");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw malformed("The body must be a JSON object.");
  return value as Readonly<Record<string, unknown>>;
}

/**
 * Reads an order. All four operations share a path; its type says which one it is, and so whether it is allowed.
 *
 * @throws GatewayRejection if it is not allowed or not valid
 */
export function readOrder(
  request: Request,
  body: string,
  endpoints: readonly AnyEndpoint[],
  allowed: ReadonlySet<string>,
): Omit<KeyedOrder, "caller" | "agentId"> {
  const fields = parseObject(body);
  const type = typeof fields["type"] === "string" && Object.hasOwn(OPERATIONS, fields["type"]) ? fields["type"] : "";
  const [operation = "", priceName] = OPERATIONS[type] ?? [];
  const endpoint = endpoints.find(({ name }) => name === operation);
  if (endpoint === undefined) throw invalid(`type must be one of: ${Object.keys(OPERATIONS).join(", ")}.`);
  if (!allowed.has(operation)) throw denied(`This caller may not call ${operation}.`);
  const unknown = Object.keys(fields).find((name) => !FIELDS.has(name));
  if (unknown !== undefined) throw invalid("The order has unknown fields.");
  const { symbol, side, quantity, price } = fields;
  if (priceName === undefined && price !== undefined && price !== null) throw invalid("A market order has no price.");
  const input = { symbol, side, quantity, ...(priceName === undefined ? {} : { [priceName]: price }) };
  const key = request.headers.get("idempotency-key");
  if (key !== null && !KEY.test(key)) throw invalid("Idempotency-Key must be 1 to 255 visible ASCII characters.");
  return { key, operation, input: inputOf(checkInput(endpoint, input), priceName) };
}

function checkInput(endpoint: AnyEndpoint, input: unknown): Params {
  try {
    return validate(endpoint, input);
  } catch (error) {
    if (isAgentExchangeError(error)) throw invalid(error.message);
    throw error;
  }
}

/** The arguments as they were validated: symbol, side and amounts are strings now. */
function inputOf({ symbol, side, quantity, price }: Params, priceName: string | undefined): KeyedOrder["input"] {
  const input = { symbol: String(symbol), side: String(side), quantity: String(quantity) };
  return priceName === undefined ? input : { ...input, [priceName]: String(price) };
}

function invalid(message: string): GatewayRejection {
  return new GatewayRejection(422, "VALIDATION_ERROR", message);
}
