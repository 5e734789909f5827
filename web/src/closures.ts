// Closures: when each force has closed, how sure that is, and what held it back.

import { arrivals } from "./arrivals";
import { counted, cPlus, inWords, number } from "./clock";
import { type Closure, countryName, forceOf, type Measure, page } from "./data";
import { h, scroller, section } from "./dom";
import * as origins from "./origins";
import { figure, gradeButton, type Origin } from "./source";
import { symbolOf } from "./symbol";
import { type Column, table } from "./table";
import { choose, onChoice, setTime } from "./time";

const minute = (
  head: string, value: (row: Closure) => number | null, none: string, origin: (row: Closure) => Origin,
): Column<Closure> => ({
  head, value, number: true,
  cell: (row) => {
    const there = value(row);
    if (there === null) return h("span", { class: "none" }, none);
    return figure(cPlus(there), forceOf.get(row.force)?.grade, () => origin(row), true);
  },
});

const of = (row: Closure) => forceOf.get(row.force)!;

const COLUMNS: Column<Closure>[] = [
  { head: "Force", value: (row) => row.name, class: "name",
    cell: (row) => h("button", { type: "button", class: "link", onclick: () => show(row) },
      symbolOf(of(row), 11), row.name) },
  { head: "From", value: (row) => row.owner, cell: (row) => h("abbr", { title: countryName(row.owner) }, row.owner) },
  minute("Ready", (row) => row.ready_min, "", (row) => origins.ready(of(row))),
  minute("Required", (row) => row.required_min, "no date", (row) => origins.required(of(row))),
  minute("Lower bound", (row) => row.lower_bound_min, "none", (row) => origins.bound(of(row), row)),
  minute("Closed", (row) => row.closed_min, "never", (row) => origins.closed(of(row), row)),
  { head: "Late by", value: (row) => (row.late_min ? row.late_min : null), number: true,
    cell: (row) => (row.late_min && row.late_min > 0 ? h("strong", { class: "late" }, inWords(row.late_min)) : "") },
  minute("P50", (row) => row.p50_min, "never", (row) => origins.quantile(row.name, "P50", row.p50_min)),
  minute("P95", (row) => row.p95_min, "never", (row) => origins.quantile(row.name, "P95", row.p95_min)),
  { head: "On time", value: (row) => row.on_time, number: true,
    cell: (row) => h("span", {}, row.on_time === null ? "" : `${number(Math.round(100 * row.on_time))} %`,
      row.not_closed ? h("small", {}, ` ${counted(row.not_closed, "run")} open`) : "") },
  { head: "Held back by", value: (row) => row.held_by, class: "words",
    cell: (row) => `${row.held_by ?? ""}${row.held_min ? ` (${inWords(row.held_min)})` : ""}` },
  { head: "Grade", value: (row) => of(row).grade, cell: (row) => gradeButton(of(row), () => ({
    title: row.name, value: "What this row rests on",
    text: "Closed and lower bound are computed; P50 and P95 are rehearsed.", inputs: origins.forceInputs(of(row)) })) },
];

function show(row: Closure): void {
  choose(row.force);
  if (row.closed_min !== null) setTime(Math.max(row.ready_min, row.closed_min - 360));
  document.getElementById("picture")?.scrollIntoView({ block: "start" });
}

export function closures(): HTMLElement {
  const rows = new Map<string, HTMLElement>();
  const main = table(COLUMNS, page.closures, "Closure of each force that deploys, times from C-hour",
    (row, node) => { rows.set(row.force, node); });
  onChoice((key) => rows.forEach((node, force) => node.classList.toggle("chosen", force === key)));
  return section("closures", "Closures", "A force has closed when the last of its packets has arrived and is unloaded. " +
    "Click a number for what it rests on, a name to see it on the map.",
  arrivals(),
  scroller(main, "Closures"),
  h("div", { class: "columns" }, measures(), bottlenecks(), mattered(), unplanned()));
}

const told = (row: Measure, value: number): string =>
  row.unit === "min" ? inWords(value) : `${number(value)} ${row.unit === "packets" ? "" : row.unit}`.trim();

/** What the schedule costs, each measure beside its bound and its weight. */
function measures(): HTMLElement {
  const rows = h("table", {},
    h("caption", {}, "Response and lateness are means over packets by people, tonnes and priority"),
    h("thead", {}, h("tr", {}, ...["Measure", "Value", "Proved bound", "Weight"].map((head, k) =>
      h("th", { scope: "col", class: k ? "number" : undefined }, head)))),
    h("tbody", {}, ...page.summary.measures.map((row) => h("tr", {},
      h("th", { scope: "row" }, row.measure),
      h("td", { class: "number" }, told(row, row.value)),
      h("td", { class: "number" }, row.lower_bound === null ? "" : told(row, row.lower_bound)),
      h("td", { class: "number" }, row.weight === null ? "shown only" : number(row.weight))))));
  return h("div", {}, h("h3", {}, "Measures side by side"), scroller(rows, "Measures"));
}

/** What the whole schedule waits for, as bars. */
function bottlenecks(): HTMLElement | null {
  const list = page.bottlenecks.slice(0, 12);
  if (!list.length) return null;
  const most = Math.max(...list.map((row) => row.hours));
  return h("div", {}, h("h3", {}, "What the schedule waits for"),
    h("table", { class: "bars" }, h("caption", {}, "Hours of delay over all packets"),
      h("tbody", {}, ...list.map((row) => h("tr", {},
        h("th", { scope: "row" }, row.name || row.resource, h("small", {}, row.kind.replaceAll("_", " "))),
        h("td", {}, h("div", {}, h("i", { style: `width:${(100 * row.hours) / most}%` }))),
        h("td", { class: "number" }, number(row.hours)))))));
}

/** What mattered in the rehearsal: what a contingency costs, with its interval. */
function mattered(): HTMLElement | null {
  const list = page.mattered.filter((row) => row.cost_min !== null).slice(0, 12);
  if (!list.length) return null;
  const most = Math.max(1, ...list.map((row) => Math.max(row.high_min ?? 0, row.cost_min)));
  const share = (value: number): string => `${Math.max(0, (100 * value) / most)}%`;
  return h("div", {}, h("h3", {}, "What mattered when things went wrong"),
    h("table", { class: "bars" }, h("caption", {}, "Mean closure it costs; line: 95 % interval"),
      h("tbody", {}, ...list.map((row) => h("tr", {},
        h("th", { scope: "row" }, row.name, h("small", {}, `in ${number(row.happened)} of ${number(page.summary.rehearsal.runs)} runs` +
          (row.kept_open ? `, left a force open in ${counted(row.kept_open, "run")}` : ""))),
        h("td", {}, h("div", {}, h("i", { style: `width:${share(row.cost_min)}` }),
          h("s", { style: `left:${share(row.low_min)};right:calc(100% - ${share(row.high_min)})` }))),
        h("td", { class: "number" }, inWords(row.cost_min)))))));
}

/** Lines that can never arrive, and why. */
function unplanned(): HTMLElement | null {
  const list = page.lines.filter((line) => line.why !== null);
  if (!list.length) return null;
  return h("div", {}, h("h3", {}, "Lines that cannot arrive"),
    h("ul", { class: "plain" }, ...list.slice(0, 60).map((line) => h("li", {},
      h("b", {}, `${forceOf.get(line.force)?.name ?? line.force}, ${line.what}: `), line.why ?? ""))));
}
