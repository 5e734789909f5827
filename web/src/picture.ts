// The picture: headline figures, the map with its controls, the time bar, and what happens now.

import { counted, cPlus, dtg, inWords, number, span } from "./clock";
import {
  closureOf, countryName, type Force, forceOf, itinerariesOf, MODES, page, placeName,
} from "./data";
import { h, section } from "./dom";
import { aboutBaseMap, makeMap, toggle, TOGGLES } from "./map";
import { riders, ways } from "./motion";
import * as origins from "./origins";
import { Overlay } from "./overlay";
import { figure, gradeButton } from "./source";
import { symbolOf } from "./symbol";
import { timeBar } from "./timebar";
import { choose, now, onChoice, onTime, setTime } from "./time";

const { summary } = page;

export function picture(): HTMLElement {
  const container = h("div", { class: "map", role: "application", "aria-label": "Map" });
  const panel = h("aside", { class: "panel", "aria-label": "At this time" });
  const controls = h("div", { class: "map-controls" });
  const node = section("picture", "The picture", "", headline(),
    h("div", { class: "stage" },
      h("div", { class: "map-frame" }, container, controls, legend()), panel),
    timeBar());
  queueMicrotask(() => startMap(container, controls));
  startPanel(panel);
  return node;
}

function startMap(container: HTMLElement, controls: HTMLElement): void {
  const map = makeMap(container);
  if (!map) {
    container.append(h("p", { class: "no-map" },
      "The map needs WebGL, which this browser does not offer. Everything else on this page works without it."));
    return;
  }
  const overlay = new Overlay(map);
  const box = (label: string, on: boolean, change: (on: boolean) => void): HTMLElement => {
    const input = h("input", { type: "checkbox", checked: on });
    input.addEventListener("change", () => change(input.checked));
    return h("label", {}, input, label);
  };
  controls.append(h("details", {}, h("summary", {}, "Layers"), h("div", {},
    ...TOGGLES.map((t) => box(t.label, t.on, (on) => toggle(map, t.key, on))),
    box("Forces on call or in place", true, (on) => { overlay.shown.onCall = on; overlay.queue(); }),
    box("Forces that wait to move", true, (on) => { overlay.shown.waiting = on; overlay.queue(); }))));
}

/** The few figures that answer the first question. */
function headline(): HTMLElement {
  const rehearsal = summary.rehearsal;
  const late = page.closures.filter((c) => (c.late_min ?? 0) > 0 || c.closed_min === null).length;
  const cell = (label: string, value: Node, remark: string): HTMLElement =>
    h("div", {}, h("dt", {}, label), h("dd", {}, value), h("dd", { class: "remark" }, remark));
  const weak = summary.sources.grade_c_numbers_used > 0 ? "C" : undefined;
  const link = (href: string, text: string): HTMLElement => h("a", { href, class: "num" }, text);
  const found = summary.findings;
  const minute = (value: number | null): string => (value === null ? "not reached" : cPlus(value));
  return h("dl", { class: "headline" },
    cell("Closure", figure(cPlus(summary.closure_min), weak, origins.headlineClosure), dtg(summary.closure_min)),
    cell("No plan closes before", figure(cPlus(summary.closure_lower_bound_min), weak, origins.headlineBound),
      "proven lower bound"),
    cell("Objective gap", figure(`${number(100 * summary.gap)} %`, undefined, origins.headlineGap), summary.status),
    cell("Rehearsed, half of runs", figure(minute(rehearsal.p50_min), weak,
      () => origins.quantile("All forces", "P50", rehearsal.p50_min)), `${number(rehearsal.runs)} runs` +
      (rehearsal.not_closed ? `, ${counted(rehearsal.not_closed, "run")} not closed` : "")),
    cell("Rehearsed, 95 %", figure(minute(rehearsal.p95_min), weak,
      () => origins.quantile("All forces", "P95", rehearsal.p95_min)),
    rehearsal.p05_min === null ? "" : `5 % by ${cPlus(rehearsal.p05_min)}`),
    cell("Late or not closed", link("#closures", `${late} of ${summary.forces_that_deploy}`),
      summary.lines_unplanned ? `${counted(summary.lines_unplanned, "line")} cannot arrive` : "forces that deploy"),
    cell("Findings", link("#findings", `${found.violated} violated`),
      `${found.attention} to look at, ${found.passed} passed`));
}

function legend(): HTMLElement {
  const key = (kind: string, text: string): HTMLElement =>
    h("span", {}, h("i", { class: `key ${kind}` }), text);
  return h("p", { class: "legend" },
    ...MODES.map((mode) => key(`mode-${mode}`, { road: "Road", rail: "Rail", sea: "Sea", air: "Air" }[mode])),
    key("member", "Member"), key("partner", "Partner"), key("neutral", "Neutral"), key("closed", "No consent"),
    aboutBaseMap ? h("span", { class: "credit" }, aboutBaseMap.split(";")[0]) : null);
}

function startPanel(panel: HTMLElement): void {
  let selected: Force | undefined;
  let drawn = -1;
  const draw = (): void => {
    panel.replaceChildren(...(selected ? forceCard(selected) : nowCard()));
    drawn = performance.now();
  };
  let pending = 0;
  onTime(() => {
    if (selected) return;
    if (performance.now() - drawn > 180) draw();
    else if (!pending) pending = window.setTimeout(() => { pending = 0; if (!selected) draw(); }, 200);
  });
  onChoice((key) => { selected = key === null ? undefined : forceOf.get(key); draw(); });
}

/** Events of the response in order: decisions, departures, closures, notices due. */
const events: { minute: number; kind: string; text: string; force?: string }[] = allEvents();

function allEvents(): { minute: number; kind: string; text: string; force?: string }[] {
  const found: { minute: number; kind: string; text: string; force?: string }[] = [];
  for (const entry of page.ledger) {
    const text = entry.body.text;
    if (typeof text === "string" && text) found.push({ minute: entry.at_min, kind: "decision", text });
  }
  for (const [key, list] of itinerariesOf) {
    const force = forceOf.get(key);
    if (!force) continue;
    const first = list.reduce((a, b) => (b.legs[0][1] < a.legs[0][1] ? b : a)).legs[0];
    found.push({ minute: first[1], kind: "departure", force: key,
      text: `${force.name} begins to move from ${placeName(ways[first[0]].from)}` });
  }
  for (const closure of page.closures) {
    if (closure.closed_min !== null) found.push({ minute: closure.closed_min, kind: "closure", force: closure.force,
      text: `${closure.name} has closed${(closure.late_min ?? 0) > 0 ? `, ${inWords(closure.late_min!)} late` : ""}` });
  }
  for (const notice of page.notices) {
    if (notice.due_min !== null) found.push({ minute: notice.due_min, kind: "notice",
      text: `Due: ${notice.text}` });
  }
  return found.sort((a, b) => a.minute - b.minute);
}

function nowCard(): HTMLElement[] {
  const minute = now();
  const moving = riders(minute);
  const packets = moving.reduce((sum, rider) => sum + rider.itinerary.packets, 0);
  const people = moving.reduce((sum, rider) => sum + rider.itinerary.personnel, 0);
  const closed = page.closures.filter((c) => c.closed_min !== null && c.closed_min <= minute).length;
  const rows = MODES.map((mode) => {
    const there = moving.filter((rider) => rider.way.mode === mode);
    const count = there.reduce((sum, rider) => sum + rider.itinerary.packets, 0);
    return h("li", { class: count ? "" : "none" }, h("i", { class: `key mode-${mode}` }), mode,
      h("b", {}, number(count)));
  });
  return [
    h("h3", {}, cPlus(minute)),
    h("dl", { class: "facts" },
      h("div", {}, h("dt", {}, "Forces closed"), h("dd", {}, `${closed} of ${summary.forces_that_deploy}`)),
      h("div", {}, h("dt", {}, "Packets on the move"), h("dd", {}, number(packets))),
      h("div", {}, h("dt", {}, "Personnel on the move"), h("dd", {}, number(people)))),
    h("ul", { class: "modes" }, ...rows),
    h("h4", {}, "Log"), eventList(minute),
  ];
}

function eventList(minute: number): HTMLElement {
  const past = events.filter((event) => event.minute <= minute).slice(-6);
  const next = events.filter((event) => event.minute > minute).slice(0, 4);
  const item = (event: (typeof events)[number], when: string): HTMLElement =>
    h("li", { class: `${when} ${event.kind}` },
      h("button", { type: "button", onclick: () => { setTime(event.minute); if (event.force) choose(event.force); } },
        h("time", {}, cPlus(event.minute)), h("span", {}, event.text)));
  return h("ol", { class: "events" }, ...past.map((e) => item(e, "past")), ...next.map((e) => item(e, "next")));
}

/** Everything about one force: what it is, its times, its lines. */
function forceCard(force: Force): HTMLElement[] {
  const closure = closureOf.get(force.force);
  const back = h("button", { type: "button", class: "tool", onclick: () => choose(null) }, "All forces");
  const fact = (label: string, value: Node | string): HTMLElement =>
    h("div", {}, h("dt", {}, label), h("dd", {}, value));
  const facts = [
    fact("Provided by", countryName(force.owner)),
    fact("From", placeName(force.home)),
    force.destination ? fact("To", placeName(force.destination)) : null,
    fact("Strength", figure(`${number(force.personnel)}`, force.grade, () => origins.strength(force))),
    fact("Notice to move", figure(inWords(force.notice_to_move_min), force.grade, () => origins.notice(force))),
    fact("Ready", figure(cPlus(force.ready_min), force.grade, () => origins.ready(force))),
  ];
  if (closure) {
    const time = (value: number | null, none: string): string => (value === null ? none : cPlus(value));
    facts.push(
      fact("Required", force.required_min === null ? "no date set"
        : figure(cPlus(force.required_min), force.grade, () => origins.required(force))),
      fact("Lower bound", figure(time(closure.lower_bound_min, "none"), force.grade, () => origins.bound(force, closure))),
      fact("Closed", figure(time(closure.closed_min, "does not close"), force.grade, () => origins.closed(force, closure))),
      fact("P5 to P95", closure.p95_min === null ? "not reached"
        : figure(`${time(closure.p05_min, "?")} to ${cPlus(closure.p95_min)}`, force.grade,
          () => origins.quantile(force.name, "P95", closure.p95_min))),
      fact("Held back by", closure.held_by ?? ""));
  }
  return [
    h("div", { class: "card-head" }, symbolOf(force, 30), h("div", {}, h("h3", {}, force.name),
      h("p", {}, `${force.function}${force.echelon ? `, ${force.echelon}` : ""} `,
        gradeButton(force, () => ({ title: force.name, value: "What this force rests on",
          inputs: origins.forceInputs(force) }))))),
    h("dl", { class: "facts" }, ...facts),
    force.note ? h("p", { class: "note" }, force.note) : h("p", {}),
    legList(force), back,
  ];
}

function legList(force: Force): HTMLElement {
  const list = (itinerariesOf.get(force.force) ?? []).slice(0, 40);
  const rows = list.flatMap((itinerary) => itinerary.legs.map((leg) => {
    const way = ways[leg[0]];
    return h("li", {}, h("button", { type: "button", onclick: () => setTime((leg[1] + leg[2]) / 2) },
      h("i", { class: `key mode-${way.mode}` }),
      h("span", {}, `${placeName(way.from)} to ${placeName(way.to)}`,
        itinerary.packets > 1 ? ` (${itinerary.packets})` : ""),
      h("time", {}, `${cPlus(leg[1])} – ${cPlus(leg[2])}`)));
  }));
  return h("ul", { class: "legs" }, ...rows);
}

/** Where the time bar stands when the page opens: `#t=4320` in the address, else the start. */
export function openingTime(): number {
  const asked = /[#&]t=(-?\d+)/.exec(window.location.hash);
  return asked ? Number(asked[1]) : Math.max(span.from, 0);
}
