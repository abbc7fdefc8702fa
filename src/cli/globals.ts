import type { Options } from "./command.ts";

/** Options of every command. */
export const COMMON_OPTIONS = {
  json: {
    type: "boolean",
    about: "print JSON: one envelope { ok, data | error, meta }, or one for each line of a stream",
  },
  help: { type: "boolean", short: "h", about: "print this help" },
  version: { type: "boolean", short: "v", about: "print the version" },
} as const;

/** Options of every command that uses an exchange. */
export const EXCHANGE_OPTIONS = {
  "base-url": { type: "string", value: "URL", about: "a server, instead of AGENTEXCHANGE_BASE_URL" },
  data: { type: "string", value: "FILE", about: "an exchange in a file, used without a server" },
  "key-file": {
    type: "string",
    value: "FILE",
    about:
      "the API key, instead of AGENTEXCHANGE_API_KEY; - is stdin. There is no option for a key itself, since other users of this machine can see the arguments of programs",
  },
  "allow-insecure-http": { type: "boolean", about: "send keys over plain http to other machines, too" },
  agent: { type: "string", value: "ID", about: "the agent to act for, with an account's key" },
} as const;

/** Options that may precede the command. */
export const PROGRAM_OPTIONS: Options = {
  ...COMMON_OPTIONS,
  ...EXCHANGE_OPTIONS,
};
