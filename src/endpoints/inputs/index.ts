export { amount, amountWithin, shareWithin, type Amount } from "./amount.ts";
export { commaSeparated, listOf, symbols } from "./lists.ts";
export { finiteNumber, numberWithin, wholeNumber } from "./numbers.ts";
export { flag, input, jsonObject, nullable, optional, unsupported, type Schema } from "./object.ts";
export { conditionOf, show, showCondition, shownBy, type Shown } from "./shown.ts";
export { letterSymbol, matching, oneOf, pathText, side, string, symbol, upperSymbol, uuid } from "./strings.ts";
export { timestamp, type Timestamp } from "./timestamp.ts";
