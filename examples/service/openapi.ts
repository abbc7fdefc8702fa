// The service as OpenAPI 3.1. Its schemas are those of the operations that it calls.
import { operation, type JsonSchema } from "agentexchange/tools";

function inputOf(name: string): JsonSchema {
  return operation(name)?.inputSchema ?? {};
}

function outputOf(name: string): JsonSchema {
  return operation(name)?.outputSchema ?? {};
}

/** An order of one type: the arguments of the method that places it, and the type. */
function orderOf(type: string, method: string): JsonSchema {
  const { properties, required, ...schema } = inputOf(method) as {
    readonly properties: Readonly<Record<string, JsonSchema>>;
    readonly required: readonly string[];
  };
  return {
    ...schema,
    properties: { type: { const: type }, ...properties },
    required: [...(type === "market" ? [] : ["type"]), ...required],
  };
}

const ref = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });
const content = (schema: JsonSchema): object => ({ "application/json": { schema } });
const json = (description: string, schema: JsonSchema): object => ({ description, content: content(schema) });
const nullable = (schema: JsonSchema): JsonSchema => ({ anyOf: [schema, { type: "null" }] });

const PROBLEMS: Readonly<Record<number, string>> = {
  400: "The body is not JSON, or a header is malformed.",
  401: "The service's token is missing or wrong.",
  403: "It belongs to another account or agent.",
  404: "There is none.",
  409: "Its state does not allow this, or several orders can be the one in question.",
  413: "The body is too large.",
  422: "Arguments are invalid, or the exchange rejected the order.",
  429: "The exchange's requests of this minute are used up.",
  500: "The service failed.",
  502: "The exchange failed, or does not accept the service's key.",
  503: "The exchange is not available, or the service is shutting down.",
  504: "The exchange did not answer in time.",
};

/** The problems of an operation, apart from those that any request can have. */
function problems(...statuses: readonly number[]): object {
  const all = [401, 403, ...statuses, 429, 500, 502, 503, 504];
  return Object.fromEntries(all.map((status) => [status, { $ref: `#/components/responses/Problem${status}` }]));
}

const parameter = (
  name: string,
  where: "path" | "query" | "header",
  description: string,
  schema: JsonSchema,
): object => ({
  name,
  in: where,
  description,
  schema,
  required: where === "path",
});

const symbols = parameter("symbols", "query", "Pairs, separated by commas, such as BTCUSDT,ETHUSDT.", {
  type: "string",
});
const open: object = { security: [] };

export const openApi = {
  openapi: "3.1.0",
  info: { title: "A trading service", version: "1.0.0" },
  security: [{ token: [] }],
  paths: {
    "/healthz": {
      get: {
        ...open,
        summary: "Whether the service runs.",
        responses: {
          200: json("It runs.", { type: "object", properties: { status: { const: "ok" } }, required: ["status"] }),
          503: { $ref: "#/components/responses/Problem503" },
        },
      },
    },
    "/openapi.json": {
      get: { ...open, summary: "This document.", responses: { 200: json("OpenAPI 3.1.", { type: "object" }) } },
    },
    "/portfolio": {
      get: {
        summary: "The portfolio of the service's agent.",
        responses: { 200: json("The portfolio.", outputOf("getPortfolio")), ...problems() },
      },
    },
    "/snapshot": {
      get: {
        summary: "Price and ticker of up to 20 pairs. A pair that fails has a problem instead.",
        parameters: [{ ...symbols, required: true }],
        responses: { 200: json("One entry for each pair.", ref("Snapshot")), ...problems(422) },
      },
    },
    "/order": {
      post: {
        summary: "Places an order. Its type is market unless it says otherwise.",
        parameters: [
          parameter("Idempotency-Key", "header", "Repeating a key returns the first result.", {
            type: "string",
            pattern: "^[\\x21-\\x7e]{1,255}$",
          }),
        ],
        requestBody: { required: true, content: content(ref("OrderInput")) },
        responses: {
          201: json("The order.", ref("PlacedOrder")),
          202: json("Sent, but it is not known yet whether the order exists. Ask at outcome.", ref("UnknownOutcome")),
          ...problems(400, 413, 422),
        },
      },
    },
    "/order/{orderId}": {
      get: {
        summary: "An order.",
        parameters: [parameter("orderId", "path", "The order's id.", { type: "string" })],
        responses: { 200: json("The order.", ref("Order")), ...problems(404, 422) },
      },
    },
    "/order/outcome/{id}": {
      get: {
        summary: "Whether an order exists whose outcome was unknown. Takes up to 15 s.",
        parameters: [parameter("id", "path", "From the Location of a 202.", { type: "string" })],
        responses: { 200: json("The order.", ref("Order")), ...problems(404, 409) },
      },
    },
    "/events": {
      get: {
        summary: "Prices of pairs, and fills of the agent's orders, as server-sent events: price, fill and problem.",
        parameters: [symbols],
        responses: {
          200: {
            description: "Events until either side ends.",
            content: { "text/event-stream": { schema: { type: "string" } } },
          },
          ...problems(422),
        },
      },
    },
  },
  components: {
    securitySchemes: { token: { type: "http", scheme: "bearer" } },
    responses: Object.fromEntries(
      Object.entries(PROBLEMS).map(([status, description]) => [
        `Problem${status}`,
        {
          description,
          content: { "application/problem+json": { schema: ref("Problem") } },
          ...(status === "429"
            ? { headers: { "Retry-After": { description: "Seconds.", schema: { type: "integer" } } } }
            : {}),
        },
      ]),
    ),
    schemas: {
      OrderInput: {
        anyOf: [
          orderOf("market", "placeMarketOrder"),
          orderOf("limit", "placeLimitOrder"),
          orderOf("stop_loss", "placeStopLoss"),
          orderOf("take_profit", "placeTakeProfit"),
        ],
      },
      PlacedOrder: { anyOf: [outputOf("placeMarketOrder"), outputOf("placeLimitOrder")] },
      Order: outputOf("getOrder"),
      UnknownOutcome: {
        type: "object",
        properties: { unknown: { const: true }, outcome: { type: "string" } },
        required: ["unknown", "outcome"],
      },
      Snapshot: {
        type: "object",
        properties: {
          startedAt: { type: "string", format: "date-time" },
          took: { type: "number" },
          entries: {
            type: "array",
            items: {
              type: "object",
              properties: {
                symbol: { type: "string" },
                price: nullable(outputOf("getPrice")),
                ticker: nullable(outputOf("getTicker")),
                error: nullable(ref("Problem")),
              },
              required: ["symbol", "price", "ticker", "error"],
            },
          },
        },
        required: ["startedAt", "took", "entries"],
      },
      Problem: {
        type: "object",
        properties: {
          title: { type: "string" },
          status: { type: "integer" },
          detail: { type: "string" },
          code: { type: "string" },
          issues: { type: "array", items: { type: "object" } },
          retryAfter: { type: "integer" },
        },
        required: ["title", "status", "detail", "code"],
      },
    },
  },
};
