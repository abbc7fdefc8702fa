import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, uuid, wholeNumber } from "../inputs/index.ts";
import { strategyRecord, type Strategy } from "./strategy.ts";

// Changes the status only: the platform places no orders for a deployed strategy. A version can be deployed once.
export const deployStrategy: Endpoint<{ strategyId: string; version: number }, Strategy> = endpoint({
  name: "deployStrategy",
  method: "POST",
  path: "/strategies/{strategyId}/deploy",
  input: input({ strategyId: uuid, version: wholeNumber(1) }),
  output: strategyRecord,
  access: "account",
  tier: "general",
});
