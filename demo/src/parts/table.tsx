import type { ComponentChildren, JSX } from "preact";

export interface Column<Row> {
  readonly name: string;
  /** Right-aligned numbers. */
  readonly numeric?: boolean;
  readonly cell: (row: Row) => ComponentChildren;
}

interface TableProps<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** Shown instead of an empty table. */
  readonly empty: ComponentChildren;
  /** Whether only screen readers get the caption, because a heading already says the same. */
  readonly captionHidden?: boolean;
}

/** A table that scrolls horizontally on narrow screens; its first column holds the row headers. */
export function Table<Row>({ caption, columns, rows, keyOf, empty, captionHidden }: TableProps<Row>): JSX.Element {
  if (rows.length === 0) return <p class="empty">{empty}</p>;
  return (
    <div class="table" role="group" aria-label={caption} tabIndex={0}>
      <table>
        <caption class={captionHidden === true ? "visually-hidden" : undefined}>{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ name, numeric }) => (
              <th key={name} scope="col" class={numeric === true ? "numeric" : undefined}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ name, numeric, cell }, index) =>
                index === 0 ? (
                  <th key={name} scope="row">
                    {cell(row)}
                  </th>
                ) : (
                  <td key={name} class={numeric === true ? "numeric" : undefined}>
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

/** A chart's data as a collapsible table. */
export function DataTable({
  label,
  children,
}: {
  readonly label: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <details class="data-table">
      <summary>{label}</summary>
      {children}
    </details>
  );
}
