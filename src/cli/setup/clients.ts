import { posix, win32 } from "node:path";

/** Programs that can start the MCP server. */
export type ClientName = "claude" | "cursor" | "codex" | "vscode" | "zed";

export const CLIENT_NAMES: readonly ClientName[] = ["claude", "cursor", "codex", "vscode", "zed"];

/** The variable with the agent's key. Files refer to it by name, or clients pass their environment on. */
export const KEY_VARIABLE = "AGENTEXCHANGE_API_KEY";

/** Other variables that the server reads. */
const ORIGIN_VARIABLE = "AGENTEXCHANGE_BASE_URL";

/** The machine whose client is set up. */
export interface Machine {
  readonly platform: string;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** How the server is entered in a client's configuration. */
export interface ClientSetup {
  /** For people. */
  readonly title: string;
  readonly format: "json" | "toml";
  /** The client's configuration file for this user. */
  readonly file: (machine: Machine) => string;
  /** Where the server is in the file: the object with all servers, and the name of ours. */
  readonly path: readonly [container: string, name: string];
  /** What the file says about the server. */
  readonly entry: (command: ServerCommand) => Readonly<Record<string, unknown>>;
  /** How the key gets to the server, in one sentence. */
  readonly key: string;
}

/** The command that starts the server. */
export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
}

const NAME = "agentexchange";

/** `npx` is a script that Windows starts only through its shell. */
export function serverCommand({ platform }: Machine, args: readonly string[]): ServerCommand {
  const npx = ["-y", NAME, "mcp", ...args];
  return platform === "win32" ? { command: "cmd", args: ["/c", "npx", ...npx] } : { command: "npx", args: npx };
}

/** References that the client replaces with variables of its environment; unset ones become empty. */
const references = (reference: (name: string) => string): Readonly<Record<string, string>> => ({
  [KEY_VARIABLE]: reference(KEY_VARIABLE),
  [ORIGIN_VARIABLE]: reference(ORIGIN_VARIABLE),
});

const inEnvironment = (client: string): string => `Set ${KEY_VARIABLE} in the environment in which ${client} starts.`;

export const CLIENTS: Readonly<Record<ClientName, ClientSetup>> = {
  claude: {
    title: "Claude Code",
    format: "json",
    file: (machine) => join(machine, [machine.env["CLAUDE_CONFIG_DIR"] || machine.home, ".claude.json"]),
    path: ["mcpServers", NAME],
    entry: (server) => ({
      type: "stdio",
      ...server,
      env: references((name) => `\${${name}:-}`),
    }),
    key: inEnvironment("Claude Code"),
  },
  cursor: {
    title: "Cursor",
    format: "json",
    file: (machine) => join(machine, [machine.home, ".cursor", "mcp.json"]),
    path: ["mcpServers", NAME],
    entry: (server) => ({ ...server, env: references((name) => `\${env:${name}}`) }),
    key: inEnvironment("Cursor"),
  },
  codex: {
    title: "Codex",
    format: "toml",
    file: (machine) =>
      join(machine, [machine.env["CODEX_HOME"] || join(machine, [machine.home, ".codex"]), "config.toml"]),
    path: ["mcp_servers", NAME],
    // Codex passes on only the variables that are named.
    entry: (server) => ({ ...server, env_vars: [KEY_VARIABLE, ORIGIN_VARIABLE] }),
    key: inEnvironment("Codex"),
  },
  vscode: {
    title: "VS Code",
    format: "json",
    file: (machine) => join(machine, [applicationData(machine), "Code", "User", "mcp.json"]),
    path: ["servers", NAME],
    entry: (server) => ({ type: "stdio", ...server, env: references((name) => `\${env:${name}}`) }),
    key: inEnvironment("VS Code"),
  },
  zed: {
    title: "Zed",
    format: "json",
    file: (machine) =>
      machine.platform === "win32"
        ? join(machine, [applicationData(machine), "Zed", "settings.json"])
        : join(machine, [
            machine.env["XDG_CONFIG_HOME"] || join(machine, [machine.home, ".config"]),
            "zed",
            "settings.json",
          ]),
    path: ["context_servers", NAME],
    // Zed replaces nothing in `env`; servers inherit its own environment.
    entry: (server) => ({ source: "custom", ...server, env: {} }),
    key: inEnvironment("Zed"),
  },
};

/** Where programs of this user keep their settings. */
function applicationData(machine: Machine): string {
  const { platform, home, env } = machine;
  if (platform === "win32") return env["APPDATA"] || join(machine, [home, "AppData", "Roaming"]);
  if (platform === "darwin") return join(machine, [home, "Library", "Application Support"]);
  return env["XDG_CONFIG_HOME"] || join(machine, [home, ".config"]);
}

function join({ platform }: Machine, parts: readonly string[]): string {
  return platform === "win32" ? win32.join(...parts) : posix.join(...parts);
}
