// examples/workers/gateway.ts
import { createGateway, type Gateway } from "agentexchange/gateway";
import { GatewayObject, gatewayObjects, type GatewayNamespace } from "agentexchange/workers";

interface Env {
  readonly ORDERS: DurableObjectNamespace<Orders>;
  readonly API_KEY: string;
  readonly BASE_URL: string;
  readonly REPORTS_SECRET: string;
}

const upstreamOf = ({ BASE_URL, API_KEY }: Env) => ({ baseUrl: BASE_URL, apiKey: API_KEY });

// Remembers orders and signatures: a Durable Object with SQLite.
export class Orders extends GatewayObject<Env> {
  protected override upstream(env: Env) {
    return upstreamOf(env);
  }
}

let gateway: Gateway | undefined;

export default {
  fetch(request, env) {
    gateway ??= createGateway({
      upstream: upstreamOf(env),
      hosts: ["gateway.example.com"],
      callers: (id) => (id === "reports" ? { secret: env.REPORTS_SECRET, allow: "trading" } : null),
      public: ["getPrice"],
      store: gatewayObjects(env.ORDERS satisfies GatewayNamespace),
    });
    return gateway.fetch(request);
  },
} satisfies ExportedHandler<Env>;
