import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "../../client/createClient.ts";
import { getPrice } from "../../client/operations/market.ts";
import { getStrategies, getStrategy } from "../../client/operations/strategies.ts";
import { getTestResults, getTestStatus, runTest } from "../../client/operations/testRuns.ts";
import type { StrategyDetail, TestFigures } from "../../endpoints/index.ts";
import { defineCommand, type Values, type Command } from "../command.ts";
import type { Context, Layout } from "../context.ts";
import { CommandError } from "../exits.ts";
import { expectCount, parseChoice, parseCount } from "../parse.ts";
import { PERIOD_OPTIONS, readPeriod } from "../period.ts";
import { dimLine, line } from "../terminal/lines.ts";
import { formatTime } from "../terminal/numbers.ts";
import { pairsTable, table, type Cell } from "../terminal/table.ts";
import { UsageError } from "../usageError.ts";

const STATUSES = ["draft", "testing", "validated", "deployed", "archived"] as const;
const POLL_MS = 300;
const ENDED: ReadonlySet<string> = new Set(["completed", "failed", "cancelled"]);

const options = {
  status: { type: "string", value: "STATUS", choices: STATUSES, about: "strategies of one status" },
  limit: { type: "string", value: "N", about: "number of strategies, 1 to 100 (default: 50)" },
  "test-version": { type: "string", value: "N", about: "the version to test (default: the current one)" },
  episodes: { type: "string", value: "N", about: "episodes of the test, 1 to 100 (default: 10)" },
  "episode-days": { type: "string", value: "N", about: "length of an episode in days (default: 7)" },
  ...PERIOD_OPTIONS,
} as const;

export const strategies: Command = defineCommand({
  usage: [
    "strategies [--status STATUS] [--limit N]",
    "strategies show STRATEGY_ID",
    "strategies test STRATEGY_ID [--days N | --from TIME] [--to TIME] [--episodes N]",
  ],
  about: "Lists strategies, shows one with its rules, or tests one and waits for the results.",
  options,
  completes: ["show", "test"],
  async run(context, { values, positionals }) {
    expectCount(positionals, 0, 2, "");
    const [action, strategyId] = positionals;
    if (action === undefined) return list(context, values);
    if (action !== "show" && action !== "test")
      throw new UsageError(`strategies needs show or test, received "${action}". Try --help.`);
    if (strategyId === undefined) throw new UsageError(`strategies ${action} needs the ID of a strategy. Try --help.`);
    const client = await context.traderClient();
    const strategy = await client.send(getStrategy, strategyId);
    if (action === "show") return context.result(strategy, (layout) => strategyLines(strategy, layout));
    return test(context, client, strategy, values);
  },
});

async function list(context: Context, values: Values<typeof options>): Promise<void> {
  const status = parseChoice("status", values.status, STATUSES);
  const limit = parseCount("limit", values.limit, { min: 1, max: 100 }) ?? 50;
  const client = await context.traderClient();
  const found = await client.send(getStrategies, { status, limit });
  await context.result(found, (layout) =>
    found.length === 0
      ? [dimLine("No strategies.", layout)]
      : table(
          [
            { title: "NAME", min: 12 },
            { title: "VERSION", align: "right", drop: 2 },
            { title: "STATUS", min: 9 },
            { title: "UPDATED, UTC", drop: 1, min: 19 },
            { title: "STRATEGY", drop: 3, min: 36 },
          ],
          found.map((entry): readonly Cell[] => [
            entry.name,
            String(entry.currentVersion),
            [entry.status, entry.status === "deployed" ? "green" : undefined],
            formatTime(entry.updatedAt),
            entry.strategyId,
          ]),
          layout,
        ),
  );
}

function strategyLines(strategy: StrategyDetail, layout: Layout): string[] {
  const rows: (readonly [string, Cell])[] = [
    ["Strategy", strategy.strategyId],
    ["Name", strategy.name],
    ["About", strategy.description ?? "–"],
    ["Status", `${strategy.status}, version ${strategy.currentVersion}`],
    ["Updated", `${formatTime(strategy.updatedAt)} UTC`],
  ];
  const rules = JSON.stringify(strategy.currentDefinition, null, 2).split("\n");
  const results = strategy.latestTestResults;
  return [
    ...pairsTable(rows, layout),
    "",
    ...rules.map((text) => line(text, layout)),
    ...(results === null ? [] : ["", ...figureLines(results, layout)]),
  ];
}

async function test(
  context: Context,
  client: Client,
  strategy: StrategyDetail,
  values: Values<typeof options>,
): Promise<void> {
  const { strategyId } = strategy;
  const [pair = "BTCUSDT"] = strategy.currentDefinition?.pairs ?? [];
  const { timestamp } = await client.send(getPrice, pair);
  const { testRunId } = await client.send(runTest, strategyId, {
    version: parseCount("test-version", values["test-version"], { min: 1, max: 1_000_000 }) ?? strategy.currentVersion,
    dateRange: readPeriod(values, timestamp),
    episodes: parseCount("episodes", values.episodes, { min: 1, max: 100 }) ?? 10,
    episodeDurationDays: parseCount("episode-days", values["episode-days"], { min: 1, max: 365 }) ?? 7,
  });
  for (;;) {
    const { status, episodesCompleted, episodesTotal } = await client.send(getTestStatus, strategyId, testRunId);
    context.progress({ label: "testing", done: episodesCompleted, total: episodesTotal, unit: "episodes" });
    if (ENDED.has(status)) break;
    await sleep(POLL_MS);
  }
  const found = await client.send(getTestResults, strategyId, testRunId);
  if (found.status !== "completed")
    throw new CommandError(`The test ${testRunId} ended as ${found.status}.`, "TEST_NOT_COMPLETED", "failed");
  await context.result(found, (layout) => [
    ...pairsTable([["Test", testRunId]], layout),
    ...(found.results === null ? [] : figureLines(found.results, layout)),
    ...(found.recommendations ?? []).map((text) => line(`• ${text}`, layout)),
  ]);
}

function figureLines(figures: TestFigures, layout: Layout): string[] {
  const number = (value: number | null, unit = ""): string => (value === null ? "–" : `${value.toFixed(2)}${unit}`);
  return pairsTable(
    [
      ["Episodes", `${figures.episodesCompleted}, ${figures.episodesProfitable} profitable`],
      [
        "Return",
        `${number(figures.avgRoiPct, "%")} on average, ${number(figures.worstRoiPct, "%")} to ${number(figures.bestRoiPct, "%")}`,
      ],
      ["Sharpe", number(figures.avgSharpe)],
      ["Drawdown", `${number(figures.avgMaxDrawdownPct, "%")} on average`],
      ["Trades", `${figures.totalTrades}, ${number(figures.avgWinRate, "%")} won`],
    ],
    layout,
  );
}
