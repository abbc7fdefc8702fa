// What the board shows as tables, on request.
import type { JSX } from "preact";
import * as board from "../state/board.ts";
import { compact, milliseconds, percent, price } from "./format.ts";
import { Table } from "./table.tsx";
import { PHASES, toBars, type Bar } from "./waterfall.tsx";

/** The snapshots of the board. */
export function BoardTable(): JSX.Element {
  const rows = board.symbols.value.flatMap((symbol) => {
    const entry = board.tiles.value.get(symbol)?.entry;
    return entry === undefined || entry.error !== null ? [] : [entry];
  });
  return (
    <Table
      caption="Snapshots in USDT"
      captionHidden
      rows={rows}
      keyOf={({ symbol }) => symbol}
      empty="No snapshots yet."
      columns={[
        { name: "Pair", cell: ({ symbol }) => symbol },
        { name: "Price", numeric: true, cell: (entry) => price(entry.price.price) },
        { name: "Change", numeric: true, cell: ({ ticker }) => percent(ticker.changePct) },
        { name: "Low", numeric: true, cell: ({ ticker }) => price(ticker.low) },
        { name: "High", numeric: true, cell: ({ ticker }) => price(ticker.high) },
        { name: "Volume", numeric: true, cell: ({ ticker }) => compact(ticker.volume) },
      ]}
    />
  );
}

/** The requests of the last snapshot. */
export function RequestTable(): JSX.Element {
  const round = board.round.value;
  return (
    <Table
      caption="Requests of the last snapshot"
      captionHidden
      rows={round === null ? [] : toBars(round)}
      keyOf={({ request }) => String(request.id)}
      empty="No requests yet."
      columns={[
        { name: "Request", cell: ({ label }) => label },
        ...PHASES.map(([, name], index) => ({
          name,
          numeric: true,
          cell: ({ phases }: Bar) => milliseconds(Math.max(0, phases[index] ?? 0)),
        })),
        { name: "Result", cell: ({ request }) => request.code ?? "OK" },
      ]}
    />
  );
}
