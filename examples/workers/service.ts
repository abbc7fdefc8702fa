// examples/workers/service.ts
// Requests of a Worker cannot share connections. Those of one object can.
import { AgentExchangeClient } from "agentexchange";
import { DurableObject } from "cloudflare:workers";
import { createService, type Service } from "../service.ts";

interface Env {
  readonly SERVICE: DurableObjectNamespace<ServiceObject>;
  readonly AGENTEXCHANGE_API_KEY: string;
  readonly AGENTEXCHANGE_BASE_URL: string;
  readonly SERVICE_TOKEN: string;
}

export class ServiceObject extends DurableObject<Env> {
  readonly #service: Service;

  constructor(context: DurableObjectState, env: Env) {
    super(context, env);
    const client = new AgentExchangeClient({ apiKey: env.AGENTEXCHANGE_API_KEY, baseUrl: env.AGENTEXCHANGE_BASE_URL });
    this.#service = createService(client, env.SERVICE_TOKEN);
  }

  override fetch(request: Request): Promise<Response> {
    return this.#service.fetch(request);
  }
}

export default {
  fetch: (request, env) => env.SERVICE.getByName("service").fetch(request),
} satisfies ExportedHandler<Env>;
