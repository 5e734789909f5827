// The schedule as bars: one row a force, its legs by mode, and the marks that tell how good it is.

import { cPlus, inWords, span } from "./clock";
import {
  type Closure, closureOf, type Force, itinerariesOf, type Itinerary, type Line, linesOf,
  type Mode, MODES, page,
} from "./data";
import { h, s, section } from "./dom";
import { ways } from "./motion";
import { symbolOf } from "./symbol";
import { dayTicks } from "./timebar";
import { choose, onChoice, onTime, setTime } from "./time";

const LANE = 4.2;
const TOP = 3;
const x = (minute: number): string => `${((100 * (minute - span.from)) / (span.to - span.from)).toFixed(3)}%`;
const wide = (minutes: number): string => `${Math.max(0.12, (100 * minutes) / (span.to - span.from)).toFixed(3)}%`;

type Order = "closed" | "ready" | "priority" | "name";

export function gantt(): HTMLElement {
  const forces = page.forces.filter((force) => force.posture === "deploy");
  const body = h("div", { class: "gantt-rows" });
  const order = h("select", { "aria-label": "Order of the forces" },
    ...(Object.entries({ closed: "by closure", ready: "by readiness", priority: "by priority", name: "by name" }))
      .map(([value, label]) => h("option", { value }, label)));
  const search = h("input", { type: "search", placeholder: "Find a force or country", "aria-label": "Find a force" });
  const rows = new Map(forces.map((force) => [force.force, row(force)]));
  const fill = (): void => {
    const wanted = search.value.trim().toLowerCase();
    const shown = sorted(forces, order.value as Order).filter((force) =>
      !wanted || `${force.name} ${force.owner} ${force.function}`.toLowerCase().includes(wanted));
    body.replaceChildren(...shown.map((force) => rows.get(force.force)!));
  };
  order.addEventListener("change", fill);
  search.addEventListener("input", fill);
  fill();
  onChoice((key) => {
    for (const [force, node] of rows) node.classList.toggle("chosen", force === key);
  });
  const cursor = h("div", { class: "cursor", "aria-hidden": "true" });
  onTime((minute) => { cursor.style.left = x(minute); });
  return section("schedule", "The schedule", lead(),
    h("div", { class: "tools" }, order, search, key()),
    h("div", { class: "gantt" }, axis(), body, h("div", { class: "gantt-over" }, cursor)));
}

function lead(): string {
  const { summary, bucket_min: bucket } = page;
  const grouped = bucket ? ` Packets of a force that leave within ${inWords(bucket)} are drawn as one.` : "";
  return `${summary.forces_that_deploy} forces on ${summary.lines} requirement lines, ${summary.legs} legs. ` +
    `A row opens into its lines.${grouped}`;
}

function sorted(forces: Force[], order: Order): Force[] {
  const never = Number.POSITIVE_INFINITY;
  const value: Record<Order, (force: Force) => number | string> = {
    closed: (force) => closureOf.get(force.force)?.closed_min ?? never,
    ready: (force) => force.ready_min,
    priority: (force) => force.priority,
    name: (force) => force.name,
  };
  const by = value[order];
  return [...forces].sort((a, b) => (by(a) < by(b) ? -1 : by(a) > by(b) ? 1 : a.name < b.name ? -1 : 1));
}

function axis(): HTMLElement {
  const plot = h("div", { class: "plot" }, ...dayTicks().map((tick) =>
    h("span", { style: `left:${x(tick.minute)}` }, h("b", {}, tick.label), h("i", {}, tick.date))));
  plot.addEventListener("click", (event) => {
    const box = plot.getBoundingClientRect();
    setTime(span.from + ((event.clientX - box.left) / box.width) * (span.to - span.from));
  });
  return h("div", { class: "gantt-axis", title: "Click to set the time" }, h("div", { class: "who" }), plot,
    h("div", { class: "when" }, "closed"));
}

function row(force: Force): HTMLElement {
  const closure = closureOf.get(force.force);
  const itineraries = itinerariesOf.get(force.force) ?? [];
  const more = h("div", { class: "gantt-lines", hidden: true });
  const name = h("button", { type: "button", class: "who", "aria-expanded": "false", title: force.name },
    symbolOf(force, 11), h("span", {}, force.name), h("small", {}, force.owner));
  const node = h("div", { class: "gantt-force" },
    h("div", { class: "gantt-row" }, name,
      h("div", { class: "plot" }, s("svg", { height: 25, width: "100%", role: "img",
        "aria-label": spoken(force, closure) }, ...bars(itineraries), ...marks(force, closure))),
      h("div", { class: (closure?.late_min ?? 0) > 0 ? "when late" : "when" },
        closure?.closed_min == null ? "not closed" : cPlus(closure.closed_min))),
    more);
  name.addEventListener("click", () => {
    const opening = more.hidden;
    if (opening && !more.childElementCount) more.append(...(linesOf.get(force.force) ?? []).map((l) => lineRow(l, itineraries)));
    more.hidden = !opening;
    name.setAttribute("aria-expanded", String(opening));
    choose(opening ? force.force : null);
  });
  return node;
}

/** The row in words, for a reader who does not see it. */
function spoken(force: Force, closure: Closure | undefined): string {
  const parts = [`${force.name}: ready ${cPlus(force.ready_min)}`];
  if (force.required_min !== null) parts.push(`required ${cPlus(force.required_min)}`);
  if (closure) {
    parts.push(closure.closed_min === null ? "does not close" : `closed ${cPlus(closure.closed_min)}`);
    if (closure.lower_bound_min !== null) parts.push(`no plan before ${cPlus(closure.lower_bound_min)}`);
  }
  return parts.join(", ");
}

/** Minutes in which at least one packet is on the way in a mode. */
function unions(itineraries: Itinerary[]): Record<Mode, [number, number][]> {
  const found: Record<Mode, [number, number][]> = { road: [], rail: [], sea: [], air: [] };
  for (const itinerary of itineraries) {
    for (const leg of itinerary.legs) found[ways[leg[0]].mode].push([leg[1], leg[2]]);
  }
  for (const mode of MODES) found[mode] = merged(found[mode]);
  return found;
}

function merged(list: [number, number][]): [number, number][] {
  list.sort((a, b) => a[0] - b[0]);
  const joined: [number, number][] = [];
  for (const [from, to] of list) {
    const last = joined[joined.length - 1];
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  return joined;
}

function bars(itineraries: Itinerary[], lane = LANE): SVGElement[] {
  const found = unions(itineraries);
  const used = MODES.filter((mode) => found[mode].length);
  const height = (4 * lane) / Math.max(2, used.length);
  return used.flatMap((mode, n) => found[mode].map(([from, to]) =>
    s("rect", { class: `mode-${mode}`, x: x(from), width: wide(to - from), y: TOP + n * height,
      height: height - 0.8, rx: 0.8 }, s("title", {}, `${mode}: ${cPlus(from)} to ${cPlus(to)}`))));
}

/** A mark at a minute: its own small drawing, so that it keeps its shape when the row stretches. */
function mark(minute: number, name: string, label: string, path: string): SVGElement {
  return s("svg", { x: x(minute), overflow: "visible" },
    s("path", { class: `mark ${name}`, d: path }, s("title", {}, `${label}: ${cPlus(minute)}`)));
}

const SHAPES = {
  ready: "M0 6v13 M0 6l5 3.2-5 3.2z",
  required: "M0 1v22",
  bound: "M4 2H0V22H4",
  closed: "M0 7.5 4.5 12 0 16.5-4.5 12z",
};

function marks(force: Force, closure: Closure | undefined): SVGElement[] {
  const found: SVGElement[] = [];
  const { p05_min: p05, p50_min: p50, p95_min: p95 } = closure ?? { p05_min: null, p50_min: null, p95_min: null };
  if (p05 !== null && p95 !== null) {
    found.push(s("line", { class: "whisker", x1: x(p05), x2: x(p95), y1: 22, y2: 22 },
      s("title", {}, `Rehearsed closure, P5 to P95: ${cPlus(p05)} to ${cPlus(p95)}`)));
  }
  if (p50 !== null) found.push(s("circle", { class: "median", cx: x(p50), cy: 22, r: 2 }, s("title", {}, `P50: ${cPlus(p50)}`)));
  found.push(mark(force.ready_min, "ready", "Ready to move", SHAPES.ready));
  if (force.required_min !== null) found.push(mark(force.required_min, "required", "Required", SHAPES.required));
  if (closure?.lower_bound_min != null) found.push(mark(closure.lower_bound_min, "bound", "No plan closes before", SHAPES.bound));
  if (closure?.closed_min != null) {
    const late = (closure.late_min ?? 0) > 0;
    found.push(mark(closure.closed_min, late ? "closed late" : "closed", "Closed", SHAPES.closed));
  }
  return found;
}

function lineRow(line: Line, itineraries: Itinerary[]): HTMLElement {
  const own = itineraries.filter((itinerary) => itinerary.line === line.line);
  return h("div", { class: "gantt-row line" },
    h("div", { class: "who", title: `${line.line}: ${line.what}` }, h("span", {}, line.what),
      h("small", {}, `${line.personnel} pers`)),
    h("div", { class: "plot" }, s("svg", { height: 16, width: "100%", "aria-hidden": "true" }, ...bars(own, 2.4))),
    h("div", { class: "when", title: line.why ?? "" }, line.closed_min === null ? line.why ?? "not planned" : cPlus(line.closed_min)));
}

/** The marks explained. */
function key(): HTMLElement {
  const drawn = (name: string, shape: string, text: string): HTMLElement =>
    h("span", {}, s("svg", { width: 12, height: 24, viewBox: "-6 0 12 24", "aria-hidden": "true" },
      s("path", { class: `mark ${name}`, d: shape })), text);
  return h("p", { class: "gantt-key" },
    ...MODES.map((mode) => h("span", {}, h("i", { class: `key mode-${mode}` }), mode)),
    drawn("ready", SHAPES.ready, "ready"), drawn("required", SHAPES.required, "required"),
    drawn("bound", SHAPES.bound, "lower bound"), drawn("closed", SHAPES.closed, "closed"),
    drawn("closed late", SHAPES.closed, "closed late"),
    h("span", {}, s("svg", { width: 22, height: 8, "aria-hidden": "true" },
      s("line", { class: "whisker", x1: 1, x2: 21, y1: 4, y2: 4 }), s("circle", { class: "median", cx: 11, cy: 4, r: 2 })),
    "P5, P50, P95"));
}
