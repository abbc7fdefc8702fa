import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, uuid, wholeNumber } from "../inputs/index.ts";
import { strategyVersionRecord, type StrategyVersion } from "./createVersion.ts";

export const getVersion: Endpoint<{ strategyId: string; version: number }, StrategyVersion> = endpoint({
  name: "getVersion",
  method: "GET",
  path: "/strategies/{strategyId}/versions/{version}",
  input: input({ strategyId: uuid, version: wholeNumber(1) }),
  output: strategyVersionRecord,
  access: "account",
  tier: "general",
});
