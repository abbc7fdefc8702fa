declare namespace Cloudflare {
  type Bot = import("agentexchange/workers").CronBotEnv;
  interface Env extends Bot {
    readonly ADMIN_TOKEN: string;
    readonly EXCHANGE: DurableObjectNamespace<import("./main.ts").ExchangeObject>;
    readonly TIMED: DurableObjectNamespace<import("./main.ts").TimedExchange>;
    readonly EXCHANGE_SECRET: string;
    readonly EXCHANGE_SEED: string;
    readonly EXCHANGE_DB: D1Database;
    readonly EXCHANGE_QUEUE: Queue<import("agentexchange/workers").AuditBatch>;
    readonly INBOX: DurableObjectNamespace<import("./main.ts").Inbox>;
    readonly RESULTS: KVNamespace;
    readonly WEBHOOK_SECRET: string;
    readonly TEST_INBOX: DurableObjectNamespace<import("./main.ts").TestInbox>;
    readonly LIMITER: DurableObjectNamespace<import("./main.ts").LimiterObject>;
    readonly FLEET_AGENT: DurableObjectNamespace<import("./main.ts").FleetAgent>;
    /** Base URL of the loopback server for the tests. */
    readonly SERVER_URL: string;
    readonly GATEWAY: DurableObjectNamespace<import("./gatewayObjects.ts").GatewayOrders>;
  }
  interface GlobalProps {
    /** Types `exports` of `cloudflare:workers`. */
    mainModule: typeof import("./main.ts");
  }
}
