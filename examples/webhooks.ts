// examples/webhooks.ts
import { verifyWebhook, WebhookError, webhookInbox } from "agentexchange";

const inbox = webhookInbox();

export async function receive(request: Request): Promise<Response> {
  try {
    const event = await verifyWebhook(request, process.env.WEBHOOK_SECRET ?? "");
    await inbox.once(event, () => {
      if (event.type === "backtest.completed") console.log(`${event.backtestId}: ${event.roiPct} %`);
    });
    return new Response(null, { status: 204 });
  } catch (error) {
    if (!(error instanceof WebhookError)) throw error; // a 500: the platform delivers the event again
    return new Response(null, { status: error.responseStatus });
  }
}
