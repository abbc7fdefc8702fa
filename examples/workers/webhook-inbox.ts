// examples/workers/webhook-inbox.ts
import type { WebhookEvent } from "agentexchange";
import { InboxObject } from "agentexchange/workers";

interface Env {
  readonly INBOX: DurableObjectNamespace<Inbox>;
  /** The secret that `createWebhook` returned: `npx wrangler secret put WEBHOOK_SECRET`. */
  readonly WEBHOOK_SECRET: string;
  readonly RESULTS: KVNamespace;
}

export class Inbox extends InboxObject<Env> {
  protected override secrets(): string {
    return this.env.WEBHOOK_SECRET;
  }

  // Runs again if it throws, or if the object ends before it is done. The key makes its effect happen once.
  protected override async handle(event: WebhookEvent): Promise<void> {
    if (event.type !== "backtest.completed") return;
    await this.env.RESULTS.put(event.backtestId, `${event.roiPct} % in ${event.totalTrades} trades`);
  }
}

export default {
  fetch(request, env): Promise<Response> | Response {
    if (new URL(request.url).pathname !== "/webhooks") return new Response(null, { status: 404 });
    return env.INBOX.getByName("inbox").fetch(request);
  },
} satisfies ExportedHandler<Env>;
