import type { Command } from "./command.ts";

/** A command that is loaded when it is used. */
export interface CommandEntry {
  readonly name: string;
  /** For the list of commands. */
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

/** In one chunk: a file of its own for each would take longer to find than all of them to read. */
const clientCommands = (): Promise<typeof import("./commands/clientCommands.ts")> =>
  import("./commands/clientCommands.ts");

/** The commands that need all operations. */
const toolCommands = (): Promise<typeof import("./commands/toolCommands.ts")> => import("./commands/toolCommands.ts");

/** All commands, in the order of the help. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "price",
    summary: "last price of one or more symbols",
    load: async () => (await clientCommands()).price,
  },
  {
    name: "snapshot",
    summary: "price, change and volume of symbols in one round trip",
    load: async () => (await clientCommands()).snapshot,
  },
  {
    name: "candles",
    summary: "candles of a symbol, as a chart or a table",
    load: async () => (await clientCommands()).candles,
  },
  {
    name: "book",
    summary: "order book of a symbol",
    load: async () => (await clientCommands()).book,
  },
  {
    name: "watch",
    summary: "prices, orders or the portfolio as they change",
    load: async () => (await clientCommands()).watch,
  },
  {
    name: "order",
    summary: "buy or sell, after a preview and a question",
    load: async () => (await clientCommands()).order,
  },
  {
    name: "orders",
    summary: "your orders, and those whose outcome is unknown",
    load: async () => (await clientCommands()).orders,
  },
  {
    name: "cancel",
    summary: "cancel pending orders",
    load: async () => (await clientCommands()).cancel,
  },
  {
    name: "portfolio",
    summary: "equity, cash and positions",
    load: async () => (await clientCommands()).portfolio,
  },
  {
    name: "history",
    summary: "your trades",
    load: async () => (await clientCommands()).history,
  },
  {
    name: "backtest",
    summary: "buy and hold over past candles, and its results",
    load: async () => (await clientCommands()).backtest,
  },
  {
    name: "strategies",
    summary: "list, show and test strategies",
    load: async () => (await clientCommands()).strategies,
  },
  {
    name: "call",
    summary: "call any operation with arguments as JSON",
    load: async () => (await toolCommands()).call,
  },
  {
    name: "tools",
    summary: "all operations, their arguments and schemas",
    load: async () => (await toolCommands()).tools,
  },
  {
    name: "errors",
    summary: "codes of errors and what to do about them",
    load: async () => (await toolCommands()).errors,
  },
  {
    name: "keys",
    summary: "register an account, or check a key",
    load: async () => (await clientCommands()).keys,
  },
  {
    name: "mcp",
    summary: "tools for an agent, as an MCP server that a client starts",
    load: async () => (await import("./commands/mcp.ts")).mcp,
  },
  {
    name: "setup",
    summary: "let an MCP client on this machine start the server",
    load: async () => (await import("./commands/setup.ts")).setup,
  },
  {
    name: "serve",
    summary: "run an exchange as a server on this machine",
    load: async () => (await import("./commands/serve.ts")).serve,
  },
  {
    name: "new",
    summary: "create a project: a bot on Cloudflare Workers",
    load: async () => (await import("./commands/new.ts")).newProject,
  },
  {
    name: "completion",
    summary: "completion of commands for bash, zsh or fish",
    load: async () => (await import("./commands/completion.ts")).completion,
  },
];
