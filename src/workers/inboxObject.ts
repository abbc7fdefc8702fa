import { DurableObject } from "cloudflare:workers";
import {
  decodeEvent,
  receiveWebhook,
  WebhookError,
  type ReceivedWebhook,
  type WebhookEvent,
} from "../webhooks/index.ts";

/** An event that was not handled in all its attempts. */
export interface UnhandledWebhook {
  readonly id: string;
  readonly type: WebhookEvent["type"];
  /** The body's fields, as JSON. */
  readonly body: string;
  readonly receivedAt: Date;
  readonly attempts: number;
  /** The message of the last attempt's error. */
  readonly error: string;
}

interface Row extends Record<string, SqlStorageValue> {
  readonly id: string;
  /** JSON: the envelope and the payload. */
  readonly delivery: string;
  readonly received_at: number;
  readonly attempts: number;
  readonly error: string;
}

const WINDOW_MS = 600_000;
const FIRST_DELAY_MS = 10_000;
const MAX_DELAY_MS = 3_600_000;
const MAX_ATTEMPTS = 10;
/** Events that are handled at once. */
const BATCH = 10;

const SCHEMA = `CREATE TABLE IF NOT EXISTS webhooks (
  id TEXT PRIMARY KEY, delivery TEXT NOT NULL, received_at INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
  due INTEGER, error TEXT NOT NULL DEFAULT '', handled_at INTEGER
)`;

/**
 * Receives webhooks, and calls `handle` for each event, however often it is delivered. A delivery is answered when it has
 * been stored, so that the sender does not wait for the handler. What the handler throws is logged, and the event is
 * handled again after 10 s, 20 s and so on, at most an hour, ten times in all.
 *
 * Equal deliveries count as one event until 10 minutes after it was handled: the platform sends no id. If the object ends
 * between the handler's last step and the note that it is done, the handler runs again: use `event.id` to make its effect
 * happen once.
 *
 * @example
 * ```ts
 * export class Inbox extends InboxObject<{ readonly WEBHOOK_SECRET: string }> {
 *   protected override secrets(): string {
 *     return this.env.WEBHOOK_SECRET;
 *   }
 *   protected override handle(event: WebhookEvent): void {
 *     console.log(event.id, event.type);
 *   }
 * }
 * ```
 */
export abstract class InboxObject<Env = unknown> extends DurableObject<Env> {
  readonly #sql: SqlStorage;

  constructor(context: DurableObjectState, env: Env) {
    super(context, env);
    this.#sql = context.storage.sql;
    this.#sql.exec(SCHEMA);
    // An object that ended while it handled events has no alarm any more.
    void context.blockConcurrencyWhile(() => this.#arm());
  }

  /** The webhook's secret, or several while you replace one. */
  protected abstract secrets(): string | readonly string[];

  /** Handles an event. It counts as handled when this returns. */
  protected abstract handle(event: WebhookEvent): Promise<void> | void;

  /** Unix milliseconds. */
  protected now(): number {
    return Date.now();
  }

  /** Receives a delivery: 202, or 401, 413 or 400 if it is not one. */
  override async fetch(request: Request): Promise<Response> {
    if (request.method !== "POST") return new Response(null, { status: 405, headers: { Allow: "POST" } });
    const now = this.now();
    try {
      const { envelope, payload } = await receiveWebhook(request, this.secrets(), { now });
      this.#forgetOld(now);
      // An equal event after one that was given up is another chance for both.
      this.#sql.exec(
        `INSERT INTO webhooks (id, delivery, received_at, due) VALUES (?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET due = excluded.due, attempts = 0 WHERE due IS NULL AND handled_at IS NULL`,
        envelope.id,
        JSON.stringify({ envelope, payload }),
        now,
        now,
      );
    } catch (error) {
      if (!(error instanceof WebhookError)) throw error;
      return new Response(null, { status: error.responseStatus });
    }
    await this.#arm();
    return new Response(null, { status: 202 });
  }

  /** Handles what is due. */
  override async alarm(): Promise<void> {
    for (;;) {
      const rows = this.#sql
        .exec<Row>("SELECT * FROM webhooks WHERE due <= ? ORDER BY received_at LIMIT ?", this.now(), BATCH)
        .toArray();
      if (rows.length === 0) break;
      // The next attempt is noted first: if the object ends now, it follows, and the other events are not held up.
      for (const { id, attempts } of rows) this.#schedule(id, attempts + 1);
      await this.#arm();
      await Promise.all(rows.map((row) => this.#attempt(row)));
    }
    this.#forgetOld(this.now());
    await this.#arm();
  }

  /** Events that were given up, oldest first. */
  unhandled(): readonly UnhandledWebhook[] {
    return this.#sql
      .exec<Row>("SELECT * FROM webhooks WHERE due IS NULL AND handled_at IS NULL ORDER BY received_at")
      .toArray()
      .map((row) => ({
        id: row.id,
        type: eventOf(row).type,
        body: JSON.stringify(deliveryOf(row).payload),
        receivedAt: new Date(row.received_at),
        attempts: row.attempts,
        error: row.error,
      }));
  }

  /** Handles an event that was given up again; false if there is none with this id. */
  async retry(id: string): Promise<boolean> {
    const sql = "UPDATE webhooks SET due = ?, attempts = 0 WHERE id = ? AND due IS NULL AND handled_at IS NULL";
    const { rowsWritten } = this.#sql.exec(sql, this.now(), id);
    await this.#arm();
    return rowsWritten > 0;
  }

  async #attempt(row: Row): Promise<void> {
    try {
      await this.handle(eventOf(row));
      this.#sql.exec("UPDATE webhooks SET handled_at = ?, due = NULL WHERE id = ?", this.now(), row.id);
    } catch (error) {
      const message = this.#withoutSecrets(error instanceof Error ? error.message : String(error));
      const attempts = row.attempts + 1;
      this.#sql.exec("UPDATE webhooks SET error = ? WHERE id = ?", message, row.id);
      const isLast = attempts >= MAX_ATTEMPTS;
      if (isLast) this.#sql.exec("UPDATE webhooks SET due = NULL WHERE id = ?", row.id);
      // The log of a Worker is its console.
      // oxlint-disable-next-line no-console
      console.error(JSON.stringify({ event: "webhook", id: row.id, attempts, givenUp: isLast, error: message }));
    }
  }

  #withoutSecrets(text: string): string {
    return [this.secrets()].flat().reduce((clean, secret) => clean.replaceAll(secret, "[redacted]"), text);
  }

  #schedule(id: string, attempts: number): void {
    const due = this.now() + Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (attempts - 1));
    this.#sql.exec("UPDATE webhooks SET attempts = ?, due = ? WHERE id = ?", attempts, due, id);
  }

  #forgetOld(now: number): void {
    this.#sql.exec("DELETE FROM webhooks WHERE handled_at <= ?", now - WINDOW_MS);
  }

  /** Sets the one alarm to the first event that is due. */
  async #arm(): Promise<void> {
    const { due } = this.#sql.exec<{ due: number | null }>("SELECT min(due) AS due FROM webhooks").one();
    if (due !== null && (await this.ctx.storage.getAlarm()) !== due) await this.ctx.storage.setAlarm(due);
  }
}

type Delivery = Omit<ReceivedWebhook, "event">;

function deliveryOf({ delivery }: Row): Delivery {
  return JSON.parse(delivery) as Delivery;
}

function eventOf(row: Row): WebhookEvent {
  const { envelope, payload } = deliveryOf(row);
  const signedAt = envelope.signedAt === null ? null : new Date(envelope.signedAt);
  const event = decodeEvent({ ...envelope, signedAt }, payload);
  if (event === undefined) throw new TypeError("A stored webhook has no known form any more.");
  return event;
}
