// One store file, opened by each runtime in turn.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { repository, run } from "../support/run-process.ts";
import { runtimes } from "../support/runtimes.ts";

const folder = mkdtempSync(join(tmpdir(), "store-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Told {
  readonly apiKey: string;
  readonly before: string;
  readonly after: string;
}

test("each runtime reads what the previous one wrote, to the byte", { timeout: 60_000 }, async () => {
  const file = join(folder, "shared.db");
  let known: Told | undefined;
  for (const [name, command, args] of [...runtimes, ...runtimes]) {
    const rights = name === "deno" ? [`--allow-read=${folder},${repository}`, `--allow-write=${folder}`] : [];
    const key = known === undefined ? [] : [known.apiKey];
    const script = `${repository}test/runtimes/store.js`;
    const { code, output } = await run(command, [...args, ...rights, script, file, ...key]);
    expect(code, output).toBe(0);
    const told = JSON.parse(output.split("\n").find((line) => line.startsWith("{")) ?? "{}") as Told;
    expect(told.before, name).toBe(known?.after ?? told.before);
    expect(told.after).not.toBe(told.before);
    known = told;
  }
});
