import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, uuid } from "../inputs/index.ts";
import { strategyRecord, type Strategy } from "./strategy.ts";

/** Changes the status only: an archived strategy is still listed, and can be tested and deployed. */
export const archiveStrategy: Endpoint<{ strategyId: string }, Strategy> = endpoint({
  name: "archiveStrategy",
  method: "DELETE",
  path: "/strategies/{strategyId}",
  input: input({ strategyId: uuid }),
  output: strategyRecord,
  access: "account",
  tier: "general",
});
