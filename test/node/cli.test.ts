// What the command line is read as, and the clock behind --fast and --demo; serve.test.ts runs the program itself.
import { expect, test } from "vitest";
import { addressesOf } from "../../src/cli/addresses.ts";
import { serverClock } from "../../src/cli/serverClock.ts";
import { readCommand, UsageError } from "../../src/cli/settings.ts";
import { virtualClock } from "../../src/exchange/index.ts";

test("serve takes its options, and has defaults for all of them", () => {
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
    "--latency needs a value; write one that begins with a dash as --latency=VALUE. Try --help.",
  ],
  [["serve", "--latency=-1"], '--latency needs a number from 0 to 600000, not "-1". Try --help.'],
  [["serve", "--port", "70000"], '--port needs a whole number from 0 to 65535, not "70000". Try --help.'],
  [["serve", "--port", "1e3"], '--port needs a whole number from 0 to 65535, not "1e3". Try --help.'],
  [["serve", "--seed", "1.5"], '--seed needs a whole number of at least 0, not "1.5". Try --help.'],
  [["serve", "--fast", "0"], '--fast needs a number from 0.001 to 1000000, not "0". Try --help.'],
  [["serve", "--fidelity", "exact"], '--fidelity is declared or observed, not "exact". Try --help.'],
  [["serve", "--data", ""], "--data needs the name of a file, not an empty one. Try --help."],
  [
    ["serve", "--allow-host", "app.example:80"],
    '--allow-host needs a host name without a port, as app.example, not "app.example:80". Try --help.',
  ],
  [
    ["serve", "--allow-origin", "app.example"],
    '--allow-origin needs an origin, as https://app.example, not "app.example". Try --help.',
  ],
  [["serve", "twice"], 'serve takes options only, not "twice". Try --help.'],
  [["server"], 'There is no command "server". Try: agentexchange serve'],
] as const)("%j is refused in one line", ([args, message]) => {
  expect(() => readCommand(args)).toThrow(new UsageError(message));
});

test("the server's clock is the computer's while it starts, can be set, and runs at its speed from the present on", async () => {
  const base = virtualClock("2026-01-05T00:00:00Z");
  const clock = serverClock(60, base);
  const start = base.now();
  await base.advance(1000);
  expect([clock.now(), clock.elapsed()]).toEqual([start + 1000, 1000]);
  clock.setTo(start - 86_400_000);
  await base.advance(1000);
  expect([clock.now(), clock.elapsed()]).toEqual([start - 86_400_000, 1000]);
  clock.run();
  expect(clock.now()).toBe(base.now());
  await base.advance(1000);
  expect([clock.now(), clock.elapsed()]).toEqual([start + 62_000, 61_000]);

  let fired = 0;
  clock.setTimeout(() => fired++, 60_000);
  const cleared = clock.setTimeout(() => fired++, 30_000);
  clock.clearTimeout(cleared);
  await base.advance(999);
  expect(fired).toBe(0);
  await base.advance(1);
  expect(fired).toBe(1);
});

test("a timer that is longer than the computer's own does not fire early, and can be cleared all the way", async () => {
  const base = virtualClock(0);
  const delays: number[] = [];
  const watched = {
    ...base,
    setTimeout: (callback: () => void, ms: number): unknown => {
      delays.push(ms);
      return base.setTimeout(callback, ms);
    },
  };
  const clock = serverClock(0.001, watched);
  clock.run();
  let fired = 0;
  clock.setTimeout(() => fired++, 86_400_000);
  const cleared = clock.setTimeout(() => fired++, 86_400_000);
  await base.advance(86_400_000_000 - 1);
  clock.clearTimeout(cleared);
  expect([fired, clock.now()]).toEqual([0, 86_399_999]);
  await base.advance(1);
  expect(fired).toBe(1);
  expect(Math.max(...delays)).toBeLessThan(2 ** 31);
});

test("a host name's addresses are looked up; a name that is none has none", async () => {
  expect(["127.0.0.1", "::1"]).toEqual(expect.arrayContaining([...(await addressesOf("localhost"))]));
  expect(await addressesOf("localhost")).not.toEqual([]);
  expect(await addressesOf("no-such-host.invalid")).toEqual([]);
});
