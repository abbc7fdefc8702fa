import type { ComponentChildren, JSX } from "preact";

export interface Column<Row> {
  readonly name: string;
  /** Right-aligned numbers. */
  readonly numeric?: boolean;
  /** In a stacking table: how early it is left out where there is room for a table, but not for all columns. */
  readonly minor?: 1 | 2;
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
  /** Whether narrow screens show each row as a block of names and values, so that nothing is outside. */
  readonly stack?: boolean;
}

const classOf = <Row,>({ numeric, minor }: Column<Row>): string =>
  `${numeric === true ? "numeric" : ""} ${minor === undefined ? "" : `minor-${minor}`}`;

/** A table; its first column holds the row headers. What does not fit is reached by scrolling inside it. */
export function Table<Row>({
  caption,
  columns,
  rows,
  keyOf,
  empty,
  captionHidden,
  stack,
}: TableProps<Row>): JSX.Element {
  if (rows.length === 0) return <p class="empty">{empty}</p>;
  return (
    <div class={stack === true ? "table stack" : "table"} role="group" aria-label={caption} tabIndex={0}>
      <table>
        <caption class={captionHidden === true ? "visually-hidden" : undefined}>{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.name} scope="col" class={classOf(column)}>
                {column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map((column, index) =>
                index === 0 ? (
                  <th key={column.name} scope="row" data-name={column.name}>
                    {column.cell(row)}
                  </th>
                ) : (
                  <td key={column.name} class={classOf(column)} data-name={column.name}>
                    {column.cell(row)}
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
