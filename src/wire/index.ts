export { AMOUNT_DECIMALS, AMOUNT_STEP, roundAmount } from "./amount.ts";
export { DecodeError, describe, type AnyCodec, type Codec, type Decoded, type Encodable, type Shape } from "./codec.ts";
export { Decimal, decimal, Exact, parsePlainDecimal, plainText, toPublicDecimal } from "./decimal.ts";
export {
  CANDLE_INTERVALS,
  DAY,
  HOUR,
  INTERVAL_NAMES,
  INTERVALS,
  MINUTE,
  SECOND,
  type CandleInterval,
  type Interval,
} from "./duration.ts";
export { formatInstant, formatStreamInstant, instant, parseHttpDate, parseInstant, unitProblem } from "./instant.ts";
export { readBounded } from "./readBounded.ts";
export { absent, from, hidden, list, map, nullable, pair, record, snakeCase } from "./record.ts";
export { mostSimilar, suggestion } from "./similar.ts";
export { parseUuid } from "./uuid.ts";
export { flag, Float, integer, json, jsonObject, noContent, number, oneOf, text, withFloats } from "./scalars.ts";
