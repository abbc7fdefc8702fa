import type { ComponentChildren, JSX } from "preact";

export interface Column<Row> {
  readonly name: string;
  /** Figures are set to the right. */
  readonly figures?: boolean;
  readonly cell: (row: Row) => ComponentChildren;
}

interface TableProps<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** Said instead of an empty table. */
  readonly empty: ComponentChildren;
  /** Whether the caption is for screen readers only, since a heading says the same. */
  readonly quiet?: boolean;
}

/** A table that scrolls by itself where the page is narrow; the first column names its rows. */
export function Table<Row>({ caption, columns, rows, keyOf, empty, quiet }: TableProps<Row>): JSX.Element {
  if (rows.length === 0) return <p class="empty">{empty}</p>;
  return (
    <div class="table" role="group" aria-label={caption} tabIndex={0}>
      <table>
        <caption class={quiet === true ? "unseen" : undefined}>{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ name, figures }) => (
              <th key={name} scope="col" class={figures === true ? "figures" : undefined}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ name, figures, cell }, index) =>
                index === 0 ? (
                  <th key={name} scope="row">
                    {cell(row)}
                  </th>
                ) : (
                  <td key={name} class={figures === true ? "figures" : undefined}>
                    {cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The figures behind a chart, for whoever would rather read them. */
export function Figures({
  label,
  children,
}: {
  readonly label: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <details class="behind">
      <summary>{label}</summary>
      {children}
    </details>
  );
}
