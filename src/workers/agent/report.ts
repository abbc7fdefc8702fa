import type { RunRecord } from "../../bots/index.ts";
import type { BotAlert, CronBotOptions } from "./types.ts";

/** Shorter values occur in texts by chance. */
const MIN_SECRET = 12;

/** Milliseconds. A trigger does not wait longer for somebody to be told. */
const NOTIFY_TIMEOUT = 10_000;

/** Replaces the secrets of an `env` in a text: the values of variables that are named like secrets. */
function withoutSecrets(env: object, text: string): string {
  let clean = text;
  for (const [name, value] of Object.entries(env))
    if (typeof value === "string" && value.length >= MIN_SECRET && /KEY|SECRET|TOKEN|PASSWORD|WEBHOOK/i.test(name))
      clean = clean.replaceAll(value, "[redacted]");
  return clean;
}

/** A record without the secrets of an `env`, which a strategy may have put into its reason. */
export function cleaned(env: object, record: RunRecord): RunRecord {
  return JSON.parse(withoutSecrets(env, JSON.stringify(record))) as RunRecord;
}

/** The sentence of an error, for logs and pages. */
export function messageOf(env: object, error: unknown): string {
  return withoutSecrets(env, error instanceof Error ? error.message : String(error));
}

/** Writes one line of JSON to the Worker's log. */
export function log(env: object, level: "info" | "error", fields: object): void {
  const line = withoutSecrets(env, JSON.stringify({ level, ...fields }));
  // The log of a Worker is its console.
  console[level === "error" ? "error" : "log"](line);
}

/** Tells whoever the options name. Failing to tell makes no run fail, and holds none up. */
export async function alert<Env extends object>(
  { notify }: CronBotOptions<Env>,
  alerted: BotAlert,
  env: Env,
): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | null = null;
  try {
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`notify has not ended after ${NOTIFY_TIMEOUT} ms.`)), NOTIFY_TIMEOUT);
    });
    await Promise.race([notify?.(alerted, env), late]);
  } catch (error) {
    log(env, "error", { event: "notify-failed", agent: alerted.agent, message: messageOf(env, error) });
  } finally {
    clearTimeout(timer);
  }
}
