// A table whose head sorts it.

import { h } from "./dom";

export type Value = string | number | null;

export interface Column<Row> {
  head: string;
  /** What the column is sorted by; columns without it are not sortable. */
  value?: (row: Row) => Value;
  cell: (row: Row) => Node | string;
  number?: boolean;
  class?: string;
}

/** A sortable table; rows without a value come last either way. */
export function table<Row>(
  columns: Column<Row>[], rows: Row[], caption: string, decorate?: (row: Row, node: HTMLElement) => void,
): HTMLTableElement {
  const body = h("tbody");
  const nodes = new Map(rows.map((row) => [row, tableRow(columns, row, decorate)]));
  const heads = columns.map((column) => h("th", { scope: "col", class: column.number ? "number" : undefined }));
  const sort = (n: number, turned: boolean): void => {
    const by = columns[n].value!;
    const ordered = [...rows].sort((a, b) => compare(by(a), by(b), turned));
    body.replaceChildren(...ordered.map((row) => nodes.get(row)!));
    heads.forEach((head, k) => {
      if (k === n) head.setAttribute("aria-sort", turned ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
  };
  columns.forEach((column, n) => {
    if (!column.value) return void heads[n].append(column.head);
    heads[n].append(h("button", { type: "button", onclick: () =>
      sort(n, heads[n].getAttribute("aria-sort") === "ascending") }, column.head));
  });
  body.append(...nodes.values());
  return h("table", {}, h("caption", {}, caption), h("thead", {}, h("tr", {}, ...heads)), body);
}

function tableRow<Row>(columns: Column<Row>[], row: Row, decorate?: (row: Row, node: HTMLElement) => void): HTMLElement {
  const node = h("tr", {}, ...columns.map((column) =>
    h("td", { class: [column.number ? "number" : "", column.class ?? ""].join(" ").trim() || undefined }, column.cell(row))));
  decorate?.(row, node);
  return node;
}

function compare(a: Value, b: Value, turned: boolean): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  const order = typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b));
  return turned ? -order : order;
}
