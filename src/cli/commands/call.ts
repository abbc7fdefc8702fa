import type { Client } from "../../client/createClient.ts";
import { toPlain } from "../../client/plain.ts";
import { callOperation } from "../../tools/catalogue/callOperation.ts";
import { endpointsByName } from "../../tools/catalogue/endpoints.ts";
import { operation, operations } from "../../tools/catalogue/operations.ts";
import { CREDENTIAL_OPERATIONS, SECRET_FIELDS } from "../../tools/catalogue/secrets.ts";
import type { JsonValue } from "../../tools/json.ts";
import type { OperationDescription } from "../../tools/types.ts";
import type { AnyCodec } from "../../wire/codec.ts";
import { mostSimilar } from "../../wire/similar.ts";
import { defineCommand, type Command } from "../command.ts";
import type { Context } from "../context.ts";
import { CommandError } from "../exits.ts";
import { expectCount } from "../parse.ts";
import { intoNewFile } from "../privateFile.ts";
import { settleOrder } from "../settleOrder.ts";
import { clean } from "../terminal/text.ts";
import { UsageError } from "../usageError.ts";

export const call: Command = defineCommand({
  usage: ["call NAME [JSON | -] [--yes] [--save FILE]"],
  about: `Calls any operation of the platform with its arguments as JSON, or with those on stdin. \`agentexchange tools\` lists
the operations, and \`agentexchange tools NAME\` explains one. Orders and other changes ask first; without a terminal they
need --yes. Operations that return keys write their result to --save, a new file that only you can read.`,
  options: {
    yes: { type: "boolean", short: "y", about: "change something without a question" },
    save: { type: "string", value: "FILE", about: "write the result to a file instead of printing it" },
  },
  async run(context, { values, positionals }) {
    expectCount(positionals, 1, 2, "The name of an operation");
    const [name = "", given] = positionals;
    const wanted = findOperation(name);
    const { effect } = wanted;
    const changes = effect === "order" || effect === "write";
    // Their arguments or results are secrets that nobody should put on a command line.
    if (name === "login" || name === "register") throw new UsageError(`Use: agentexchange keys ${name}`);
    if (returnsSecrets(name) && values.save === undefined)
      throw new UsageError(`${name} returns keys, which are not printed. Pass --save FILE. Try --help.`);
    if (changes && !values.yes && !context.canAsk)
      throw new UsageError(`${name} changes something, which needs --yes without a terminal. Pass --yes.`);
    const input = await readInput(context, given);
    const client =
      endpointsByName.get(name)?.access === "public"
        ? await context.client()
        : await context.traderClient({ onlyLooks: !changes });
    if (changes && !values.yes) await context.confirm(`${name} ${JSON.stringify(input)}?`, "Pass --yes.");
    const send = (): Promise<unknown> => sendOperation(context, client, wanted, input);
    const { save } = values;
    if (save !== undefined) {
      await intoNewFile(save, async () => [undefined, `${JSON.stringify(withSecrets(await send()), null, 2)}\n`]);
      return context.result({ savedTo: save }, () => [`The result is in ${save}.`], changes);
    }
    const result = withoutSecrets(toPlain(await send()) as JsonValue);
    return context.result(
      result,
      ({ paint }) =>
        // Never cut, so that it stays JSON.
        JSON.stringify(result, null, 2)
          .split("\n")
          .map((text) =>
            clean(text).replace(
              /^( *)("[^"]*"):/,
              (_, indent: string, key: string) => `${indent}${paint("cyan", key)}:`,
            ),
          ),
      effect !== "read",
    );
  },
});

/** @throws CommandError that names the most similar operation */
export function findOperation(name: string): OperationDescription {
  const found = operation(name);
  if (found !== undefined) return found;
  const similar = mostSimilar(
    name,
    operations.map((entry) => entry.name),
  );
  const hint = similar === undefined ? "See: agentexchange tools" : `Did you mean "${similar}"?`;
  throw new CommandError(`Unknown operation "${name}". ${hint}`, "UNKNOWN_OPERATION", "not_found");
}

function sendOperation(
  context: Context,
  client: Client,
  { name, effect }: OperationDescription,
  input: JsonValue,
): Promise<unknown> {
  const sending = callOperation(client, name, input, {});
  return effect === "order" ? settleOrder(context, sending) : sending;
}

async function readInput(context: Context, given: string | undefined): Promise<JsonValue> {
  if (given === "-" && context.io.stdin.isTerminal)
    throw new UsageError("call NAME - needs the arguments on stdin, such as from a pipe.");
  const text = given === "-" ? await context.io.stdin.readAll() : (given ?? "{}");
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    const example = `'{"symbol":"BTCUSDT"}'`;
    throw new UsageError(`The arguments are not valid JSON. Write an object in single quotes, such as ${example}.`, {
      cause: error,
    });
  }
}

/** Whether an operation returns keys that are lost if they are not kept. A read can be repeated without them. */
export function returnsSecrets(name: string): boolean {
  const endpoint = endpointsByName.get(name);
  if (CREDENTIAL_OPERATIONS.has(name)) return true;
  return endpoint !== undefined && endpoint.effect !== "read" && containsSecret(endpoint.output);
}

function containsSecret({ shape }: AnyCodec): boolean {
  if (typeof shape === "string" || "members" in shape) return false;
  if ("shape" in shape) return containsSecret(shape);
  if ("list" in shape) return containsSecret(shape.list);
  if ("map" in shape) return containsSecret(shape.map);
  if ("nullable" in shape) return containsSecret(shape.nullable);
  if ("all" in shape) return shape.all.some(containsSecret);
  return shape.fields.some(({ name, codec }) => SECRET_FIELDS.has(name) || containsSecret(codec));
}

/** A result as plain JSON, with the fields that are hidden from logs. */
function withSecrets(result: unknown): unknown {
  const plain = toPlain(result);
  if (typeof result !== "object" || result === null || Array.isArray(result)) return plain;
  const secrets = Object.entries(Object.getOwnPropertyDescriptors(result)).flatMap(([name, { value }]) =>
    SECRET_FIELDS.has(name) && typeof value === "string" ? [[name, value] as const] : [],
  );
  return { ...(plain as object), ...Object.fromEntries(secrets) };
}

function withoutSecrets(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([name]) => !SECRET_FIELDS.has(name));
  return Object.fromEntries(entries.map(([name, item]) => [name, withoutSecrets(item)]));
}
