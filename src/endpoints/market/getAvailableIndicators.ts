import { list, record, text } from "../../wire/index.ts";
import { endpoint, type Endpoint, type NoArguments } from "../endpoint.ts";
import { input } from "../inputs.ts";

/** Which indicators the platform computes. */
export interface AvailableIndicators {
  /** In alphabetical order. */
  readonly indicators: readonly string[];
}

export const getAvailableIndicators: Endpoint<NoArguments, AvailableIndicators> = endpoint({
  name: "getAvailableIndicators",
  method: "GET",
  path: "/market/indicators/available",
  input: input({}),
  output: record<AvailableIndicators>({ indicators: list(text) }),
  access: "public",
  tier: "market",
});
