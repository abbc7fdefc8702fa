// The code that the views show: each file runs as it is, against the embedded exchange.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";

const folder = join(import.meta.dirname, "../../demo/src/code");
const PRICE = /\d+(\.\d+)?/.source;

/** What each file prints, line by line. */
const PRINTS: Readonly<Record<string, readonly RegExp[]>> = {
  "board.ts": [
    ...["BTC", "ETH", "SOL", "BNB", "ADA"].map((asset) => new RegExp(`^${asset}USDT ${PRICE} \\(-?${PRICE} %\\)$`)),
    /^\d+\.\d ms for all$/,
  ],
  "desk.ts": [new RegExp(`^expected ${PRICE} fee ${PRICE} problems 0$`), new RegExp(`^filled ${PRICE}$`), /^book 5 5$/],
  "account.ts": [/^equity 9\d{3}\.\d\d in 1 position$/, new RegExp(`^buy 0\\.5 ETHUSDT at ${PRICE}$`)],
  // The mandate allows 250 a day, so the third purchase of 100 is refused.
  "agents.ts": [/^ordered /, /^ordered /, /^refused /],
  "lab.ts": [new RegExp(`^return -?${PRICE} % trades \\d+$`)],
};

const files = readdirSync(folder).filter((name) => name.endsWith(".ts"));

test.for(files)("%s runs as shown", async (name) => {
  const lines: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((...words: unknown[]) => void lines.push(words.join(" ")));
  try {
    await import(join(folder, name));
  } finally {
    log.mockRestore();
  }
  const patterns = PRINTS[name] ?? [];
  expect(lines).toEqual(patterns.map((pattern) => expect.stringMatching(pattern) as string));
});

test("each is short, and uses only what the package exports", () => {
  const { exports } = JSON.parse(readFileSync(join(folder, "../../../package.json"), "utf8")) as {
    readonly exports: Readonly<Record<string, unknown>>;
  };
  const entries = Object.keys(exports).map((path) => path.replace(".", "agentexchange"));
  for (const name of files) {
    const text = readFileSync(join(folder, name), "utf8");
    const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("import"));
    expect(lines.length, name).toBeLessThanOrEqual(14);
    for (const [, from] of text.matchAll(/from "([^"]+)"/g)) expect(entries, name).toContain(from);
  }
});
