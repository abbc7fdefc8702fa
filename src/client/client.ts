import {
  createAgent,
  createWebhook,
  deleteWebhook,
  getAgents,
  getWebhook,
  listWebhooks,
  login,
  register,
  testWebhook,
  updateWebhook,
  type Agent,
  type GetAgentsOptions,
  type CreatedAgent,
  type CreatedWebhook,
  type Login,
  type RegisterInput,
  type CreateAgentInput,
  type CreateWebhookInput,
  type Registration,
  type Webhook,
  type UpdateWebhookInput,
  type WebhookTest,
} from "../endpoints/index.ts";
import type { CallOptions, ClientOptions } from "../transport/index.ts";
import { ResearchMethods } from "./research.ts";

/** A client's options without credentials. */
export type ConnectionOptions = Omit<ClientOptions, "apiKey" | "apiSecret" | "token" | "agentId" | "signRequests">;

/**
 * The client of an AgentExchange platform. One serves a whole program: calls run side by side and share one
 * budget of requests, one login and one deadline each.
 *
 * @example
 * ```ts
 * await using client = new AgentExchangeClient({ baseUrl: "https://exchange.example", apiKey: "ak_live_example" });
 * console.log(typeof client.getPortfolio);
 * ```
 */
export class AgentExchangeClient extends ResearchMethods {
  /**
   * Opens an account with a first agent. The answer holds keys and secret in clear, once: keep them.
   *
   * @throws ConflictError when the e-mail address is taken, RateLimitError after three a minute
   * @example
   * ```ts
   * const account = await AgentExchangeClient.register({ displayName: "Kestrel", startingBalance: "10000" }, connection);
   * const mine = new AgentExchangeClient({ ...connection, apiKey: account.agentApiKey ?? account.apiKey });
   * console.log((await mine.getBalance()).totalEquityUsdt.toString());
   * ```
   */
  static register(
    account: RegisterInput,
    connection: ConnectionOptions = {},
    options?: CallOptions,
  ): Promise<Registration> {
    return once(connection, (client) => client.send(register, account, options));
  }

  /**
   * A bearer token for an account's key and secret, good for an hour. A client with `token: "login"` does this by itself.
   *
   * @throws NotFoundError for an agent's key, AuthenticationError for a wrong secret, RateLimitError after five a minute
   * @example
   * ```ts
   * const account = await AgentExchangeClient.register({ displayName: "Kestrel" }, connection);
   * const { token, expiresAt } = await AgentExchangeClient.login(account, connection);
   * console.log(token.length > 0, expiresAt);
   * ```
   */
  static login(
    account: { readonly apiKey: string; readonly apiSecret: string },
    connection: ConnectionOptions = {},
    options?: CallOptions,
  ): Promise<Login> {
    return once(connection, (client) =>
      client.send(login, { apiKey: account.apiKey, apiSecret: account.apiSecret }, options),
    );
  }

  /**
   * The account's agents, oldest first.
   *
   * @example
   * ```ts
   * const agents = await client.getAgents();
   * console.log(agents.map((agent) => agent.displayName));
   * ```
   */
  getAgents(query: GetAgentsOptions = {}, options?: CallOptions): Promise<readonly Agent[]> {
    return this.send(getAgents, query, options);
  }

  /**
   * Makes an agent with a wallet and a key of its own.
   *
   * @example
   * ```ts
   * const agent = await client.createAgent({ displayName: "scalper", startingBalance: "5000" });
   * console.log(agent.agentId);
   * ```
   */
  createAgent(agent: CreateAgentInput, options?: CallOptions): Promise<CreatedAgent> {
    return this.send(createAgent, agent, options);
  }

  /**
   * Subscribes an https address to events. The signing secret is in this answer only.
   *
   * @throws ValidationError for an address that the platform refuses, or beyond 25 subscriptions
   * @example
   * ```ts
   * const webhook = await client.createWebhook({ url: "https://hooks.example.com/a", events: ["backtest.completed"] });
   * console.log(webhook.id, webhook.secret.length);
   * ```
   */
  createWebhook(webhook: CreateWebhookInput, options?: CallOptions): Promise<CreatedWebhook> {
    return this.send(createWebhook, webhook, options);
  }

  /**
   * All subscriptions, newest first.
   *
   * @example
   * ```ts
   * const webhooks = await client.listWebhooks();
   * console.log(webhooks.filter((webhook) => webhook.active).length);
   * ```
   */
  listWebhooks(options?: CallOptions): Promise<readonly Webhook[]> {
    return this.send(listWebhooks, {}, options);
  }

  /**
   * One subscription.
   *
   * @throws NotFoundError, PermissionError
   * @example
   * ```ts
   * const { failureCount } = await client.getWebhook("c27fe857-25ee-4253-99b6-d225d74ae26c");
   * console.log(failureCount);
   * ```
   */
  getWebhook(webhookId: string, options?: CallOptions): Promise<Webhook> {
    return this.send(getWebhook, { webhookId }, options);
  }

  /**
   * Changes a subscription; what is left out stays.
   *
   * @throws NotFoundError, PermissionError, ValidationError
   * @example
   * ```ts
   * await client.updateWebhook("c27fe857-25ee-4253-99b6-d225d74ae26c", { active: false });
   * ```
   */
  updateWebhook(webhookId: string, changes: UpdateWebhookInput, options?: CallOptions): Promise<Webhook> {
    return this.send(updateWebhook, { ...changes, webhookId }, options);
  }

  /**
   * Removes a subscription.
   *
   * @throws NotFoundError, PermissionError
   * @example
   * ```ts
   * await client.deleteWebhook("c27fe857-25ee-4253-99b6-d225d74ae26c");
   * ```
   */
  async deleteWebhook(webhookId: string, options?: CallOptions): Promise<void> {
    await this.send(deleteWebhook, { webhookId }, options);
  }

  /**
   * Has the platform deliver a test event. Some releases of it answer this with a failure of their own.
   *
   * @throws NotFoundError, ServerError
   * @example
   * ```ts
   * const { enqueued } = await client.testWebhook("c27fe857-25ee-4253-99b6-d225d74ae26c");
   * console.log(enqueued);
   * ```
   */
  testWebhook(webhookId: string, options?: CallOptions): Promise<WebhookTest> {
    return this.send(testWebhook, { webhookId }, options);
  }
}

/** A client for one call. */
async function once<T>(connection: ConnectionOptions, work: (client: AgentExchangeClient) => Promise<T>): Promise<T> {
  const client = new AgentExchangeClient(connection);
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}
