import { integer, list, record, type Codec } from "../../wire/index.ts";
import { endpoint, type Endpoint, type NoArguments } from "../endpoint.ts";
import { input } from "../inputs/index.ts";
import { webhookRecord, type Webhook } from "./webhook.ts";

/** Response body of `listWebhooks`. */
export interface Webhooks {
  /** Newest first. */
  readonly webhooks: readonly Webhook[];
  readonly total: number;
}

export const webhooksRecord: Codec<Webhooks> = record<Webhooks>({ webhooks: list(webhookRecord), total: integer });

export const listWebhooks: Endpoint<NoArguments, readonly Webhook[], Webhooks> = endpoint({
  name: "listWebhooks",
  method: "GET",
  path: "/webhooks",
  input: input({}),
  output: webhooksRecord,
  list: ({ webhooks }) => webhooks,
  access: "account",
  tier: "general",
});
