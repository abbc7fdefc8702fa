// The service on Node, Deno and Bun: `node server.ts`, `deno run --allow-net --allow-env server.ts`, `bun server.ts`.
import { AgentExchangeClient } from "agentexchange";
import process from "node:process";
import { serve } from "srvx";
import { createService } from "../service.ts";

const { AGENTEXCHANGE_API_KEY, AGENTEXCHANGE_BASE_URL, SERVICE_TOKEN, PORT = "3000" } = process.env;
if (SERVICE_TOKEN === undefined || SERVICE_TOKEN === "") throw new Error("Set SERVICE_TOKEN: callers must send it.");

const client = new AgentExchangeClient({ apiKey: AGENTEXCHANGE_API_KEY, baseUrl: AGENTEXCHANGE_BASE_URL });
const service = createService(client, SERVICE_TOKEN);
const server = serve({
  fetch: service.fetch,
  port: Number(PORT),
  hostname: "127.0.0.1",
  silent: true,
  gracefulShutdown: false,
});
await server.ready();
console.log(server.url);

for (const signal of ["SIGTERM", "SIGINT"] as const)
  process.once(
    signal,
    () =>
      void service
        .close()
        .then(() => server.close())
        .then(() => process.exit()),
  );
