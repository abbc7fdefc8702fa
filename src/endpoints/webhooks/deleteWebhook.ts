import { noContent } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, uuid } from "../inputs/index.ts";

export const deleteWebhook: Endpoint<{ webhookId: string }, undefined> = endpoint({
  name: "deleteWebhook",
  method: "DELETE",
  path: "/webhooks/{webhookId}",
  input: input({ webhookId: uuid }),
  output: noContent,
  access: "account",
  tier: "general",
});
