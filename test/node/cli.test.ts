// Parsing of the command line; serve.test.ts and the cli*.test.ts run the program itself.
import { expect, test } from "vitest";
import { parse, splitCommand } from "../../src/cli/parse.ts";
import { PROGRAM_OPTIONS } from "../../src/cli/globals.ts";
import { addressesOf } from "../../src/cli/serve/addresses.ts";
import { readServeSettings, serveOptions, type ServeSettings } from "../../src/cli/serve/settings.ts";
import { UsageError } from "../../src/cli/usageError.ts";
import type { Arguments } from "../../src/cli/command.ts";

const read = (...args: readonly string[]): ServeSettings =>
  readServeSettings(parse(args, serveOptions) as Arguments<typeof serveOptions>);

test("serve accepts its options, and has defaults for all of them", () => {
  expect(read()).toEqual({
    port: 8000,
    host: "localhost",
    data: undefined,
    seed: undefined,
    insecureKeys: undefined,
    fidelity: "declared",
    speed: 1,
    demo: false,
    latency: 0,
    allowHosts: [],
    allowOrigins: [],
    trustProxy: false,
  });
  const line =
    "--port 0 --host 0.0.0.0 --seed=42 --data a.db --fidelity observed --fast 0.5 --demo --latency 12.5" +
    " --allow-host App.example --allow-host [2001:db8::1] --allow-origin https://app.example --trust-proxy";
  expect(read(...line.split(" "))).toEqual({
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
  });
});

test.for([
  [["--bogus"], "Unknown option '--bogus'. Try --help."],
  [["--prot", "1"], "Unknown option '--prot'. Did you mean \"--port\"? Try --help."],
  [["--port"], "Option '--port <value>' argument missing. Try --help."],
  [
    ["--latency", "-1"],
    "--latency needs a value. Write a value that begins with a dash as --latency=VALUE. Try --help.",
  ],
  [["--latency=-1"], '--latency must be a number from 0 to 600000, received "-1". Try --help.'],
  [["--port", "70000"], '--port must be a whole number from 0 to 65535, received "70000". Try --help.'],
  [["--port", "1e3"], '--port must be a whole number from 0 to 65535, received "1e3". Try --help.'],
  [["--seed", "1.5"], '--seed must be a whole number of at least 0, received "1.5". Try --help.'],
  [["--fast", "0"], '--fast must be a number from 0.001 to 1000000, received "0". Try --help.'],
  [["--fidelity", "exact"], '--fidelity must be declared or observed, received "exact". Try --help.'],
  [["--data", ""], "--data needs the name of a file, received an empty string. Try --help."],
  [
    ["--allow-host", "app.example:80"],
    '--allow-host must be a host name without a port, such as app.example, received "app.example:80". Try --help.',
  ],
  [
    ["--allow-origin", "app.example"],
    '--allow-origin must be an origin, such as https://app.example, received "app.example". Try --help.',
  ],
  [["twice"], 'serve accepts options only, received "twice". Try --help.'],
] as const)("serve %j is refused in one line", ([args, message]) => {
  expect(() => read(...args)).toThrow(new UsageError(message));
});

test("the command may follow options of all commands", () => {
  expect(splitCommand(["price", "BTCUSDT", "--json"], PROGRAM_OPTIONS)).toEqual({
    name: "price",
    rest: ["BTCUSDT", "--json"],
  });
  expect(splitCommand(["--base-url", "http://localhost:1", "--json", "price", "price"], PROGRAM_OPTIONS)).toEqual({
    name: "price",
    rest: ["--base-url", "http://localhost:1", "--json", "price"],
  });
  expect(splitCommand(["--help"], PROGRAM_OPTIONS)).toEqual({ name: undefined, rest: ["--help"] });
});

test("a host name's addresses are looked up; an invalid name has none", async () => {
  expect(["127.0.0.1", "::1"]).toEqual(expect.arrayContaining([...(await addressesOf("localhost"))]));
  expect(await addressesOf("localhost")).not.toEqual([]);
  expect(await addressesOf("no-such-host.invalid")).toEqual([]);
});
