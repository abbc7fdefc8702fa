// Schemas of requests. Each combinator reports what is wrong in the words of the platform's framework.
export {
  alsoNamed,
  check,
  ifPresent,
  nullable,
  optional,
  required,
  withDefault,
  type Field,
  type FieldInput,
  type Invalid,
  type Place,
} from "./field.ts";
export { anyObject, issuesOf, nested, object, read, type ObjectSchema, type Values } from "./object.ts";
export { boolean, float, integer, matching, oneOf, parseFloatingPoint, string, uuid } from "./scalars.ts";
export { list, strings } from "./lists.ts";
export { amount, amountBetween, decimalBetween } from "./decimals.ts";
export { offsetTimestamp, timestamp } from "./timestamps.ts";
