import { Decimal } from "agentexchange";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { Change } from "../change.tsx";
import { count, money, percent, share as shareText } from "../format.ts";
import { Table, type Column } from "../table.tsx";
import { dailyReturn, standingOf, type DailyReturn, type Standing } from "../../state/arena/ranking.ts";
import type { AgentView, ArenaView } from "../../state/arena/types.ts";

interface Row {
  readonly agent: AgentView;
  readonly daily: DailyReturn | null;
  readonly standing: Standing;
}

const STANDINGS: Readonly<Record<Standing, string>> = {
  first: "first",
  unknown: "too early to tell",
  alike: "not distinguishable yet",
  lower: "lower than the first",
};

const share = (value: number): string => percent(new Decimal(value * 100));

const COLUMNS: readonly Column<Row>[] = [
  { name: "Agent", cell: ({ agent }) => agent.settings.name },
  { name: "Equity, USDT", numeric: true, cell: ({ agent }) => money(agent.equity) },
  {
    name: "Change",
    numeric: true,
    cell: ({ agent }) => <Change value={agent.changePct} text={percent(agent.changePct)} />,
  },
  {
    name: `Return per day, ${shareText(new Decimal("0.95"))} interval`,
    numeric: true,
    cell: ({ daily }) => (daily === null ? "–" : `${share(daily.low)} to ${share(daily.high)}`),
  },
  { name: "Drawdown", numeric: true, cell: ({ agent }) => percent(agent.drawdownPct.neg()) },
  { name: "Orders", numeric: true, cell: ({ agent }) => count(agent.orders) },
  { name: "Against the first", cell: ({ standing }) => STANDINGS[standing] },
];

function rank({ agents }: ArenaView): readonly Row[] {
  const rows = agents
    .map((agent) => ({ agent, daily: dailyReturn(agent.spaced) }))
    .toSorted((one, other) => other.agent.equity.cmp(one.agent.equity));
  const first = rows[0]?.daily ?? null;
  return rows.map(({ agent, daily }, index) => ({ agent, daily, standing: standingOf(daily, first, index === 0) }));
}

/** Who is ahead, and whether that is more than chance. */
export function Ranking({ view }: { readonly view: ArenaView }): JSX.Element {
  // The intervals take a few milliseconds, and only ticks change them.
  const rows = useMemo(() => rank(view), [view.ticks]);
  const [first, ...others] = rows;
  const alike = others.filter(({ standing }) => standing === "alike").length;
  return (
    <section class="card ranking" aria-labelledby="ranking">
      <h2 id="ranking">Ranking</h2>
      <p class="hint">
        {(first?.daily ?? null) === null
          ? `Intervals need ${count(24)} decisions.`
          : alike === 0
            ? "The first one's interval is above all others."
            : `The intervals of ${count(alike)} of the others overlap the first one's: the order may be chance.`}
      </p>
      <Table
        caption="Agents by equity"
        captionHidden
        columns={COLUMNS}
        rows={rows}
        keyOf={({ agent }) => agent.settings.name}
        empty="No agents."
      />
    </section>
  );
}
