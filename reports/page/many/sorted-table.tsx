import type { ComponentChildren, VNode } from "preact";

/** A column that can be sorted by. */
export type Column<Row> = {
  readonly id: string;
  readonly title: string;
  readonly isNumber?: boolean;
  /** What is compared; absent: the column cannot be sorted by. */
  readonly by?: (row: Row) => string | number;
  readonly show: (row: Row) => ComponentChildren;
  /** First cell of a row that names it. */
  readonly isHead?: boolean;
};

/** `column` or `-column`, the latter from high to low. */
export type SortOrder = string;

export function sortRows<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  order: SortOrder,
): Row[] {
  const isFalling = order.startsWith("-");
  const by = columns.find(({ id }) => id === order.replace(/^-/, ""))?.by;
  if (by === undefined) return [...rows];
  const sign = isFalling ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [left, right] = [by(a), by(b)];
    return left === right ? 0 : (left < right ? -1 : 1) * sign;
  });
}

export function SortedTable<Row>(props: {
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly order: SortOrder;
  readonly onOrder: (order: SortOrder) => void;
  readonly keyOf: (row: Row) => string;
  readonly classOf?: (row: Row) => string;
}): VNode {
  const { rows, columns, order } = props;
  return (
    <div class="scroll">
      <table class="sorted">
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column.id} column={column} order={order} onOrder={props.onOrder} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={props.keyOf(row)} class={props.classOf?.(row)}>
              {columns.map((column) => {
                const style = column.isNumber === true ? "number" : undefined;
                return column.isHead === true ? (
                  <th key={column.id} scope="row" class={style}>
                    {column.show(row)}
                  </th>
                ) : (
                  <td key={column.id} class={style}>
                    {column.show(row)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Head<Row>(props: {
  readonly column: Column<Row>;
  readonly order: SortOrder;
  readonly onOrder: (order: SortOrder) => void;
}): VNode {
  const { column, order } = props;
  const style = column.isNumber === true ? "number" : undefined;
  if (column.by === undefined) return <th class={style}>{column.title}</th>;
  const isRising = order === column.id;
  const isFalling = order === `-${column.id}`;
  const sorted = isRising ? "ascending" : isFalling ? "descending" : "none";
  // Figures are looked at from the high end first.
  const firstOrder = column.isNumber === true ? `-${column.id}` : column.id;
  const otherOrder = column.isNumber === true ? column.id : `-${column.id}`;
  const next = order === firstOrder ? otherOrder : firstOrder;
  return (
    <th class={style} aria-sort={sorted}>
      <button type="button" class="sort" onClick={() => props.onOrder(next)}>
        {column.title}
        <span class="arrow" aria-hidden="true">
          {isRising ? "▲" : isFalling ? "▼" : ""}
        </span>
      </button>
    </th>
  );
}
