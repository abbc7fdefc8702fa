import { createClient } from "../../client/createClient.ts";
import { login, register } from "../../client/operations/auth.ts";
import type { Login } from "../../endpoints/index.ts";
import { defineCommand, type Command } from "../command.ts";
import type { Context } from "../context.ts";
import { credentialsOfEnvironment, formatKeyFile, readKeyFile } from "../credentials.ts";
import { expectCount } from "../parse.ts";
import { intoNewFile } from "../privateFile.ts";
import { line } from "../terminal/lines.ts";
import { formatTime } from "../terminal/numbers.ts";
import { pairsTable, type Cell } from "../terminal/table.ts";
import { UsageError } from "../usageError.ts";

export const keys: Command = defineCommand({
  usage: ["keys register [--name NAME] [--balance USDT] [--save FILE]", "keys login [--save FILE]"],
  about: `register creates an account with its first agent. This is the only command that prints keys, once: the exchange never
shows the secret again. With --save they are written to a file that only you can read, and not printed.

login checks the key and the secret of an account, from --key-file, AGENTEXCHANGE_API_KEY and AGENTEXCHANGE_API_SECRET, or
typed in without being shown. With --save it writes a bearer token, valid for an hour, to a file for --key-file.`,
  options: {
    name: { type: "string", value: "NAME", about: "name of the account (default: Agent)" },
    balance: { type: "string", value: "USDT", about: "starting balance (default: 10000)" },
    save: { type: "string", value: "FILE", about: "write to a new file that only you can read" },
  },
  completes: ["register", "login"],
  async run(context, { values, positionals }) {
    expectCount(positionals, 1, 1, "register or login");
    const [action = ""] = positionals;
    if (action !== "register" && action !== "login")
      throw new UsageError(`keys needs register or login, received "${action}". Try --help.`);
    if (action === "login" && (values.name ?? values.balance) !== undefined)
      throw new UsageError("--name and --balance are for keys register. Try --help.");
    if (context.target.kind === "memory")
      throw new UsageError(`keys ${action} needs an exchange that stays: pass --base-url or --data. Try --help.`);
    if (action === "login") return checkLogin(context, values.save);
    return registerAccount(context, { name: values.name, balance: values.balance }, values.save);
  },
});

async function registerAccount(
  context: Context,
  account: { readonly name: string | undefined; readonly balance: string | undefined },
  file: string | undefined,
): Promise<void> {
  const client = createClient(await context.target.connection());
  const input = { displayName: account.name, startingBalance: account.balance };
  try {
    if (file !== undefined) {
      const { accountId, agentId } = await intoNewFile(file, async () => {
        const { message: _, apiKey, agentApiKey, apiSecret, ...rest } = await client.send(register, input);
        const credentials = { apiKey: agentApiKey ?? apiKey, accountKey: apiKey, apiSecret };
        return [rest, formatKeyFile(credentials, `Agent ${rest.agentId ?? "none"} of account ${rest.accountId}`)];
      });
      await context.result(
        { accountId, agentId, savedTo: file },
        (layout) => [line(`Registered. The keys are in ${file}; use --key-file ${file}.`, layout)],
        true,
      );
      return;
    }
    const { accountId, agentId, agentApiKey, apiKey, apiSecret } = await client.send(register, input);
    const rows: (readonly [string, Cell])[] = [
      ["Account", accountId],
      ["Agent", agentId ?? "none"],
      ["Agent key", agentApiKey ?? "none"],
      ["Account key", apiKey],
      ["Account secret", apiSecret],
    ];
    await context.result(
      { accountId, agentId, agentApiKey, apiKey, apiSecret },
      // Keys are never cut.
      (layout) => pairsTable(rows, { ...layout, width: Number.POSITIVE_INFINITY }),
      true,
    );
    context.notice("Keep these: they are not shown again. Trade with AGENTEXCHANGE_API_KEY set to the agent key.");
  } finally {
    await client.close();
  }
}

async function checkLogin(context: Context, file: string | undefined): Promise<void> {
  const given =
    context.keyFile === undefined
      ? credentialsOfEnvironment(context.io.env)
      : await readKeyFile(context.keyFile, context.io.stdin, (text) => context.notice(text));
  const apiKey = given.accountKey ?? given.apiKey ?? (await context.askSecret("Account key: "));
  const apiSecret = given.apiSecret ?? (await context.askSecret("Account secret: "));
  const client = createClient(await context.target.connection());
  try {
    const logIn = (): Promise<Login> => client.send(login, { apiKey, apiSecret });
    const { expiresAt } =
      file === undefined
        ? await logIn()
        : await intoNewFile(file, async () => {
            const session = await logIn();
            const comment = `Valid until ${session.expiresAt.toISOString()}`;
            return [session, formatKeyFile({ token: session.token }, comment)];
          });
    const saved = file === undefined ? "" : ` The token is in ${file}; use --key-file ${file}.`;
    await context.result({ accepted: true, expiresAt, savedTo: file ?? null }, (layout) => [
      line(`Accepted; a token is valid until ${formatTime(expiresAt)} UTC.${saved}`, layout),
    ]);
  } finally {
    await client.close();
  }
}
