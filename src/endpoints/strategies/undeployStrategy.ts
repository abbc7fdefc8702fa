import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, uuid } from "../inputs/index.ts";
import { strategyRecord, type Strategy } from "./strategy.ts";

export const undeployStrategy: Endpoint<{ strategyId: string }, Strategy> = endpoint({
  name: "undeployStrategy",
  method: "POST",
  path: "/strategies/{strategyId}/undeploy",
  input: input({ strategyId: uuid }),
  output: strategyRecord,
  access: "account",
  tier: "general",
});
