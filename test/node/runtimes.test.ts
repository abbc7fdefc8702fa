// Runs the built package's checks in the other runtimes and over nodeFetch, each in its own process.
import { expect, inject, test } from "vitest";
import { repository, run } from "../support/run-process.ts";
import { allPassed, httpClients } from "../support/runtimes.ts";

test.for(httpClients)("%s runs the built package", { timeout: 60_000 }, async ([, command, args]) => {
  const { code, output } = await run(command, [...args, `${repository}test/runtimes/run.js`, inject("serverUrl")]);
  expect(output).toMatch(allPassed);
  expect(code).toBe(0);
});
