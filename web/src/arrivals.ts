// Arrivals over time: personnel at their destination as planned, against what is required by when.

import { cPlus, number, span } from "./clock";
import { forceOf, itinerariesOf, page } from "./data";
import { h, s } from "./dom";
import { dayTicks } from "./timebar";
import { onTime } from "./time";

const HEIGHT = 200;
const WIDTH = 1000;

type Step = [number, number];

/** Running total of (minute, personnel), in order of time. */
function running(list: Step[]): Step[] {
  let sum = 0;
  return [...list].sort((a, b) => a[0] - b[0]).map(([minute, people]) => [minute, (sum += people)]);
}

function planned(): Step[] {
  return running(page.itineraries.map((itinerary) => {
    const last = itinerary.legs[itinerary.legs.length - 1];
    return [last[2] + last[4], itinerary.personnel];
  }));
}

/** What the plan requires: a force's personnel that travel, at its required date. */
function required(): Step[] {
  return running(page.closures.flatMap((closure): Step[] => {
    const people = (itinerariesOf.get(closure.force) ?? []).reduce((sum, it) => sum + it.personnel, 0);
    return closure.required_min === null || !forceOf.has(closure.force) ? [] : [[closure.required_min, people]];
  }));
}

const x = (minute: number): number =>
  (WIDTH * (Math.min(Math.max(minute, span.from), span.to) - span.from)) / (span.to - span.from);

function stairs(steps: Step[], most: number, close: boolean): string {
  const y = (people: number): number => HEIGHT - 6 - ((HEIGHT - 20) * people) / most;
  let path = `M0 ${y(0)}`;
  for (const [minute, people] of steps) path += `H${x(minute).toFixed(1)}V${y(people).toFixed(1)}`;
  return path + (close ? `H${WIDTH}V${y(0)}Z` : `H${WIDTH}`);
}

/** The chart, or nothing where nobody moves. */
export function arrivals(): HTMLElement | null {
  const arrived = planned();
  if (!arrived.length) return null;
  const wanted = required();
  const whole = arrived[arrived.length - 1][1];
  const most = Math.max(whole, wanted.length ? wanted[wanted.length - 1][1] : 0, 1);
  const cursor = h("div", { class: "cursor", "aria-hidden": "true" });
  const count = h("b");
  onTime((minute) => {
    cursor.style.left = `${x(minute) / 10}%`;
    const there = arrived.filter((step) => step[0] <= minute).at(-1)?.[1] ?? 0;
    count.textContent = `${number(there)} of ${number(whole)} personnel by ${cPlus(minute)}`;
  });
  const half = arrived.find((step) => step[1] >= whole / 2);
  return h("figure", { class: "arrivals" },
    h("figcaption", {}, h("h3", {}, "Personnel at their destination"),
      h("p", {}, h("span", {}, h("i", { class: "key planned" }), "as scheduled"),
        wanted.length ? h("span", {}, h("i", { class: "key wanted" }), "as required") : null, count)),
    h("div", { class: "chart" },
      s("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img",
        "aria-label": `${number(whole)} personnel arrive${half ? `, half of them by ${cPlus(half[0])}` : ""}` },
      s("path", { class: "area", d: stairs(arrived, most, true) }),
      s("path", { class: "planned", d: stairs(arrived, most, false) }),
      wanted.length ? s("path", { class: "wanted", d: stairs(wanted, most, false) }) : null),
      h("div", { class: "ticks", "aria-hidden": "true" }, ...dayTicks().map((tick) =>
        h("span", { style: `left:${x(tick.minute) / 10}%` }, h("b", {}, tick.label), h("i", {}, tick.date)))),
      cursor));
}
