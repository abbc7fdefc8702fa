import { list, record, text, type Codec } from "../../wire/index.ts";
import { endpoint, type Endpoint, type NoArguments } from "../endpoint.ts";
import { input } from "../inputs/index.ts";
import type { IndicatorName } from "./getIndicators.ts";

/** Response body of `getAvailableIndicators`. */
export interface AvailableIndicators {
  /** In alphabetical order. */
  readonly indicators: readonly (IndicatorName | (string & {}))[];
}

export const availableIndicatorsRecord: Codec<AvailableIndicators> = record<AvailableIndicators>({
  indicators: list(text),
});

export const getAvailableIndicators: Endpoint<
  NoArguments,
  readonly (IndicatorName | (string & {}))[],
  AvailableIndicators
> = endpoint({
  name: "getAvailableIndicators",
  method: "GET",
  path: "/market/indicators/available",
  input: input({}),
  output: availableIndicatorsRecord,
  list: ({ indicators }) => indicators,
  access: "public",
  tier: "market",
});
