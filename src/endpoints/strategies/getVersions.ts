import { list, type Codec } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, uuid } from "../inputs/index.ts";
import { strategyVersionRecord, type StrategyVersion } from "./createVersion.ts";

export const strategyVersionsCodec: Codec<readonly StrategyVersion[]> = list(strategyVersionRecord);

/** Returns all versions, newest first. */
export const getVersions: Endpoint<{ strategyId: string }, readonly StrategyVersion[]> = endpoint({
  name: "getVersions",
  method: "GET",
  path: "/strategies/{strategyId}/versions",
  input: input({ strategyId: uuid }),
  output: strategyVersionsCodec,
  access: "account",
  tier: "general",
});
