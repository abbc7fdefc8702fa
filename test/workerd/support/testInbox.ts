import type { WebhookEvent } from "agentexchange";
import { InboxObject } from "agentexchange/workers";

/** What the handler of the tests does with an event, by its name. */
export interface Plan {
  /** Number of calls that fail. */
  fail?: number;
  /** Resets the object after the effect, before the event is marked as handled; this many times. */
  crash?: number;
}

export const SECRET = "T3st_secret-0123456789abcdefghijklmnopqrstu";

/** The time of all test inboxes. */
export const clock: { now: number | undefined } = { now: undefined };
/** Survives the objects, as another service would: the effects, and how many of them count. */
export const effects: { readonly inbox: string; readonly id: string }[] = [];
export const plans = new Map<string, Plan>();

/** An inbox whose handler can fail and crash. */
export class TestInbox extends InboxObject {
  protected override secrets(): readonly string[] {
    return [SECRET];
  }

  protected override now(): number {
    return clock.now ?? super.now();
  }

  protected override async handle(event: WebhookEvent): Promise<void> {
    await Promise.resolve();
    const plan = plans.get(event.id) ?? {};
    if ((plan.fail ?? 0) > 0) {
      plan.fail = (plan.fail ?? 0) - 1;
      throw new Error(`The database is down for ${SECRET}.`);
    }
    effects.push({ inbox: this.ctx.id.toString(), id: event.id });
    if ((plan.crash ?? 0) > 0) {
      plan.crash = (plan.crash ?? 0) - 1;
      this.ctx.abort("crash");
      await new Promise(() => {});
    }
  }
}
