import { suggestion } from "../../wire/index.ts";
import type { AgentSettings } from "./types.ts";

const MIN_EVERY = 60_000;
const MAX_NAME = 64;

const FIELDS: readonly string[] = [
  "client",
  "strategy",
  "mandate",
  "dryRun",
  "limits",
  "every",
  "crons",
] satisfies readonly (keyof AgentSettings)[];

/** Settings that cannot be used; its message says which and why. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

/** The agents of a configuration, checked as far as their objects need it. */
export function readAgents<Env>(
  agents: (env: Env) => Readonly<Record<string, AgentSettings>>,
  env: Env,
): ReadonlyMap<string, AgentSettings> {
  const found = new Map(Object.entries(agents(env)));
  if (found.size === 0) throw new SettingsError("The bot has no agents. Return at least one from agents(env).");
  for (const [name, settings] of found) check(name, settings);
  return found;
}

function check(name: string, settings: AgentSettings): void {
  if (name.length > MAX_NAME || !/^[\w-]+$/.test(name))
    throw new SettingsError(
      `"${name}" cannot name an agent. Use up to ${MAX_NAME} letters, digits, hyphens and underscores.`,
    );
  for (const field of Object.keys(settings))
    if (!FIELDS.includes(field)) {
      const hint = suggestion(field, FIELDS) ?? `Expected ${FIELDS.join(", ")}`;
      throw new SettingsError(`Agent "${name}" has the unknown setting "${field}". ${hint}`);
    }
  const { every, strategy } = settings;
  if (typeof strategy?.decide !== "function")
    throw new SettingsError(`Agent "${name}" needs a strategy: an object with a name and a method decide().`);
  if (every !== undefined && !(Number.isSafeInteger(every) && every >= MIN_EVERY))
    throw new SettingsError(`"every" of agent "${name}" must be at least ${MIN_EVERY} ms.`);
}
