import type { ServiceRecord } from "./model.ts";

// As much as a request may store.
const MAX_LENGTH = 32 * 1024;
const DECIMAL = /^-?\d{1,12}(?:\.\d{1,8})?$/;
const DIRECTIONS: ReadonlySet<unknown> = new Set(["buy", "sell", "hold"]);

type Check = (value: unknown) => string | undefined;

const text: Check = (value) => (typeof value === "string" && value !== "" ? undefined : "must be a string");
const traceId: Check = (value) =>
  typeof value === "string" && /^[!-\-0-~][ -.0-~]{0,199}$/.test(value)
    ? undefined
    : "must be 1 to 200 ASCII characters without a slash, and must not begin with a dot or a space";
const object: Check = (value) =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? undefined : "must be an object";
const count: Check = (value) =>
  Number.isSafeInteger(value) && Number(value) >= 0 ? undefined : "must be a whole number";
const decimal: Check = (value) =>
  (typeof value === "string" || typeof value === "number") && DECIMAL.test(String(value))
    ? undefined
    : 'must be a decimal such as "1.25", below 1e12 and with at most 8 decimals';
const share: Check = (value) =>
  decimal(value) === undefined && Number(value) >= 0 && Number(value) <= 1
    ? undefined
    : "must be a decimal from 0 to 1 with at most 8 decimals";
const direction: Check = (value) => (DIRECTIONS.has(value) ? undefined : "must be buy, sell or hold");

/** The fields of each kind of record; those with a question mark may be omitted. */
const FIELDS: { readonly [Kind in ServiceRecord["kind"]]: Readonly<Record<string, Check>> } = {
  signal: {
    traceId,
    strategyName: text,
    symbol: text,
    action: text,
    "confidence?": share,
    "weight?": decimal,
    "signalData?": object,
  },
  decision: {
    direction,
    "decisionType?": text,
    "traceId?": traceId,
    "symbol?": text,
    "confidence?": share,
    "reasoning?": text,
    "marketSnapshot?": object,
    "riskAssessment?": object,
    "orderId?": text,
  },
  outcome: { decisionId: text, pnl: decimal },
  apiCall: {
    traceId,
    channel: text,
    endpoint: text,
    "method?": text,
    "statusCode?": count,
    latencyMs: decimal,
    "requestSize?": count,
    "responseSize?": count,
    "error?": text,
  },
  feedback: {},
};

/** A record as the journal keeps it: checked, and without anything that JSON does not keep. Throws a TypeError. */
export function checkRecord(value: unknown): ServiceRecord {
  const json = JSON.stringify(value) as string | undefined;
  const record: unknown = json === undefined ? undefined : JSON.parse(json);
  if (json === undefined || object(record) !== undefined) throw new TypeError("A record must be an object.");
  if (json.length > MAX_LENGTH) throw new TypeError(`A record must have at most ${MAX_LENGTH} characters as JSON.`);
  const { kind, ...fields } = record as Readonly<Record<string, unknown>>;
  if (typeof kind !== "string" || !Object.hasOwn(FIELDS, kind))
    throw new TypeError(`The kind of a record must be one of ${Object.keys(FIELDS).join(", ")}.`);
  const checks = FIELDS[kind as ServiceRecord["kind"]];
  for (const [slot, check] of Object.entries(checks)) {
    const name = slot.replace("?", "");
    const field = fields[name];
    const problem = field === undefined ? (name === slot ? "is required" : undefined) : check(field);
    if (problem !== undefined) throw new TypeError(`${kind} record: ${name} ${problem}.`);
  }
  const known = Object.keys(checks).map((slot) => slot.replace("?", ""));
  for (const name of Object.keys(fields))
    if (!known.includes(name))
      throw new TypeError(`${kind} record: ${name} is not known; expected ${known.join(", ") || "no fields"}.`);
  return record as ServiceRecord;
}
