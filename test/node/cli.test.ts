// Parsing of the command line, and the clock behind --fast and --demo; serve.test.ts runs the program itself.
import { expect, test } from "vitest";
import { addressesOf } from "../../src/cli/addresses.ts";
import { readCommand, UsageError } from "../../src/cli/settings.ts";

test("serve accepts its options, and has defaults for all of them", () => {
  expect(readCommand(["serve"])).toEqual({
    name: "serve",
    settings: {
      port: 8000,
      host: "localhost",
      data: undefined,
      seed: undefined,
      fidelity: "declared",
      speed: 1,
      demo: false,
      latency: 0,
      allowHosts: [],
      allowOrigins: [],
      trustProxy: false,
    },
  });
  const line =
    "serve --port 0 --host 0.0.0.0 --seed=42 --data a.db --fidelity observed --fast 0.5 --demo --latency 12.5" +
    " --allow-host App.example --allow-host [2001:db8::1] --allow-origin https://app.example --trust-proxy";
  expect(readCommand(line.split(" "))).toEqual({
    name: "serve",
    settings: {
      port: 0,
      host: "0.0.0.0",
      data: "a.db",
      seed: 42,
      insecureKeys: false,
      fidelity: "observed",
      speed: 0.5,
      demo: true,
      latency: 12.5,
      allowHosts: ["App.example", "[2001:db8::1]"],
      allowOrigins: ["https://app.example"],
      trustProxy: true,
    },
  });
});

test.for([
  [["--help"], "help"],
  [["serve", "-h"], "help"],
  [[], "help"],
  [["--version"], "version"],
  [["-v"], "version"],
] as const)("%j is %s", ([args, name]) => {
  expect(readCommand(args)).toEqual({ name });
});

test.for([
  [["serve", "--bogus"], "Unknown option '--bogus'. Try --help."],
  [["serve", "--port"], "Option '--port <value>' argument missing. Try --help."],
  [
    ["serve", "--latency", "-1"],
    "--latency needs a value. Write a value that begins with a dash as --latency=VALUE. Try --help.",
  ],
  [["serve", "--latency=-1"], '--latency must be a number from 0 to 600000, received "-1". Try --help.'],
  [["serve", "--port", "70000"], '--port must be a whole number from 0 to 65535, received "70000". Try --help.'],
  [["serve", "--port", "1e3"], '--port must be a whole number from 0 to 65535, received "1e3". Try --help.'],
  [["serve", "--seed", "1.5"], '--seed must be a whole number of at least 0, received "1.5". Try --help.'],
  [["serve", "--fast", "0"], '--fast must be a number from 0.001 to 1000000, received "0". Try --help.'],
  [["serve", "--fidelity", "exact"], '--fidelity must be declared or observed, received "exact". Try --help.'],
  [["serve", "--data", ""], "--data needs the name of a file, received an empty string. Try --help."],
  [
    ["serve", "--allow-host", "app.example:80"],
    '--allow-host must be a host name without a port, such as app.example, received "app.example:80". Try --help.',
  ],
  [
    ["serve", "--allow-origin", "app.example"],
    '--allow-origin must be an origin, such as https://app.example, received "app.example". Try --help.',
  ],
  [["serve", "twice"], 'serve accepts options only, received "twice". Try --help.'],
  [["server"], 'Unknown command "server". Try: agentexchange serve'],
] as const)("%j is refused in one line", ([args, message]) => {
  expect(() => readCommand(args)).toThrow(new UsageError(message));
});

test("a host name's addresses are looked up; an invalid name has none", async () => {
  expect(["127.0.0.1", "::1"]).toEqual(expect.arrayContaining([...(await addressesOf("localhost"))]));
  expect(await addressesOf("localhost")).not.toEqual([]);
  expect(await addressesOf("no-such-host.invalid")).toEqual([]);
});
