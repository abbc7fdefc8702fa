import { existsSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createClient, type Client } from "../client/createClient.ts";
import { isLoopback } from "../transport/checkOptions.ts";
import type { ClientOptions } from "../transport/options.ts";
import { fileIntents } from "../node/fileIntents.ts";
import { nodeFetch } from "../node/nodeFetch.ts";
import { credentialsOfEnvironment, formatKeyFile, readKeyFile, type Credentials } from "./credentials.ts";
import { variable, type Environment, type Input } from "./io.ts";
import { UsageError } from "./usageError.ts";

/** Where a command finds its exchange, from its options and the environment. */
export interface TargetOptions {
  readonly baseUrl: string | undefined;
  readonly data: string | undefined;
  readonly keyFile: string | undefined;
  readonly agentId: string | undefined;
  /** Whether credentials may be sent over plain http to other machines. */
  readonly allowInsecureHttp: boolean;
}

/** What opening a target needs of the program. */
export interface TargetContext {
  readonly env: Environment;
  readonly stdin: Input;
  /** Tells something on stderr. */
  readonly notice: (text: string) => void;
  /** Asks for a secret that is not shown; rejects without a terminal. */
  readonly askSecret: (question: string) => Promise<string>;
}

/** Options of {@link Target.traderClient}. */
export interface TraderOptions {
  /** Whether the command only looks, so that it does not matter if the exchange is forgotten. */
  readonly onlyLooks?: boolean;
}

/** An exchange: a server, a file, or one in memory that ends with the program. */
export interface Target {
  readonly kind: "server" | "file" | "memory";
  /** For people and `meta`: a URL, `file:NAME` or `memory`. */
  readonly name: string;
  /** A client for public data. */
  client(): Promise<Client>;
  /** A client with a key: from --key-file, the environment or the terminal; in a file or in memory, of its own agent. */
  traderClient(options?: TraderOptions): Promise<Client>;
  /** Options of a connection, for a client with other credentials. */
  connection(): Promise<ClientOptions>;
  /** Secrets that were read, for redaction. */
  readonly secrets: readonly (string | undefined)[];
  close(): Promise<void>;
}

/** Chooses an exchange: --data or --base-url, else the environment, else one in memory. */
export function selectTarget(options: TargetOptions, context: TargetContext): Target {
  const { data, baseUrl } = options;
  if (data !== undefined && baseUrl !== undefined) throw new UsageError("Pass either --base-url or --data, not both.");
  if (data === "") throw new UsageError("--data needs the name of a file, received an empty string. Try --help.");
  if (baseUrl === "") throw new UsageError("--base-url needs a URL, received an empty string. Try --help.");
  if (data !== undefined) return embeddedTarget(data, options, context);
  const url = baseUrl ?? variable(context.env, "AGENTEXCHANGE_BASE_URL");
  return url === undefined ? embeddedTarget(undefined, options, context) : serverTarget(url, options, context);
}

/** Where orders with an unknown outcome are recorded. */
export function stateFolder(env: Environment): string {
  const own = variable(env, "AGENTEXCHANGE_STATE_DIR");
  if (own !== undefined) return own;
  const local = process.platform === "win32" ? variable(env, "LOCALAPPDATA") : variable(env, "XDG_STATE_HOME");
  return join(local ?? join(homedir(), ".local", "state"), "agentexchange");
}

/** Options that all clients of the program have. */
function commonOptions(agentId: string | undefined, env: Environment): ClientOptions {
  return {
    agentId,
    intents: fileIntents(join(stateFolder(env), "orders")),
    // The platform ignores the keys; a served exchange honors them, so that a lost response can be asked for again.
    idempotencyKeys: true,
  };
}

function serverTarget(url: string, options: TargetOptions, context: TargetContext): Target {
  const clients: Client[] = [];
  const secrets: (string | undefined)[] = [];
  const connection: ClientOptions = { ...commonOptions(options.agentId, context.env), baseUrl: url, fetch: nodeFetch };
  const open = (credentials: ClientOptions): Client => {
    const client = createClient({ ...connection, ...credentials });
    clients.push(client);
    return client;
  };

  /** The client leaves this to its `fetch` option, which the program sets. */
  function checkTransport(): void {
    if (options.allowInsecureHttp || !URL.canParse(url)) return;
    const { protocol, hostname } = new URL(url);
    if (protocol === "http:" && !isLoopback(hostname))
      throw new UsageError(
        `The key would be sent to ${hostname} over plain http. Use https, or pass --allow-insecure-http if you trust the network.`,
      );
  }

  async function findCredentials(): Promise<ClientOptions> {
    checkTransport();
    const { apiKey, token } = (await givenCredentials(options, context)) ?? {
      apiKey: await context.askSecret("API key: "),
      token: undefined,
    };
    secrets.push(apiKey, token);
    return token === undefined ? { apiKey } : { token };
  }

  return {
    kind: "server",
    name: withoutCredentials(url),
    secrets,
    client: () => Promise.resolve(open({ agentId: undefined })),
    traderClient: async () => open(await findCredentials()),
    async connection() {
      checkTransport();
      return { ...connection, agentId: undefined };
    },
    close: async () => void (await Promise.all(clients.map((client) => client.close()))),
  };
}

/** From --key-file or the environment; undefined if there are none. */
async function givenCredentials(
  { keyFile }: TargetOptions,
  { env, stdin, notice }: TargetContext,
): Promise<Credentials | undefined> {
  const given = keyFile === undefined ? credentialsOfEnvironment(env) : await readKeyFile(keyFile, stdin, notice);
  return given.apiKey === undefined && given.token === undefined ? undefined : given;
}

function withoutCredentials(url: string): string {
  return url.replace(/^(\w+:\/\/)[^/@]*@/, "$1");
}

/** An exchange in this process, stored in a file or in memory. */
function embeddedTarget(data: string | undefined, options: TargetOptions, context: TargetContext): Target {
  const secrets: (string | undefined)[] = [];
  const clients: Client[] = [];
  let opened: ReturnType<typeof import("./embedded.ts").openEmbedded> | undefined;
  const exchange = (): NonNullable<typeof opened> =>
    (opened ??= import("./embedded.ts").then(({ openEmbedded }) => openEmbedded(data)));

  async function connection(): Promise<ClientOptions> {
    const { connection: own } = await exchange();
    const { intents, idempotencyKeys } = commonOptions(undefined, context.env);
    return { ...own, idempotencyKeys, ...(data === undefined ? {} : { intents }) };
  }

  async function open(credentials: ClientOptions): Promise<Client> {
    const client = createClient({ ...(await connection()), ...credentials });
    clients.push(client);
    return client;
  }

  async function traderKey(onlyLooks: boolean): Promise<ClientOptions> {
    const own = await exchange();
    if (data === undefined) {
      if (options.keyFile !== undefined || credentialsOfEnvironment(context.env).apiKey !== undefined)
        throw new UsageError(
          "A key was given, but no exchange. Set AGENTEXCHANGE_BASE_URL, or pass --base-url or --data.",
        );
      if (!onlyLooks)
        context.notice(
          "This exchange exists in memory only: it is gone, with all orders, when the command ends. Use --data FILE to keep it, or --base-url URL for a server.",
        );
      return { apiKey: (await own.register()).apiKey };
    }
    const given = await givenCredentials(options, context);
    if (given !== undefined) return given.token === undefined ? { apiKey: given.apiKey } : { token: given.token };
    const path = `${data}.key`;
    if (existsSync(path)) return { apiKey: (await readKeyFile(path, context.stdin, context.notice)).apiKey };
    const { apiKey } = await own.register();
    writeFileSync(path, formatKeyFile({ apiKey }, `The agent of ${data}`), { mode: 0o600, flag: "wx", flush: true });
    context.notice(`Registered an agent with 10000 USDT in ${data}. Its key is in ${path}.`);
    return { apiKey };
  }

  return {
    kind: data === undefined ? "memory" : "file",
    name: data === undefined ? "memory" : `file:${data}`,
    secrets,
    client: () => open({}),
    async traderClient({ onlyLooks = false } = {}) {
      const key = await traderKey(onlyLooks);
      secrets.push(key.apiKey);
      return open({ ...key, agentId: options.agentId });
    },
    connection,
    async close() {
      await Promise.all(clients.map((client) => client.close()));
      (await opened)?.close();
    },
  };
}
