// The time bar: what is on the move, day by day, and a slider to drag or play.

import { cPlus, day, dtg, span, utc } from "./clock";
import { MODES, page } from "./data";
import { h, s } from "./dom";
import { busiest, profile } from "./motion";
import { now, onTime, setTime } from "./time";

const STEPS = 300;
const HEIGHT = 44;
const SPEEDS = [1, 3, 6, 12, 24];

/** Share of the bar at a minute, in per cent. */
const share = (minute: number): number => (100 * (minute - span.from)) / (span.to - span.from);

export function timeBar(): HTMLElement {
  const slider = h("input", { type: "range", min: span.from, max: span.to, step: 10,
    "aria-label": "Time", id: "time" });
  const clock = h("output", { class: "clock", for: "time" });
  const long = h("span", { class: "clock-long" });
  const player = new Player();
  const bar = h("div", { class: "time-bar" },
    h("div", { class: "controls" },
      h("button", { type: "button", class: "tool", "aria-label": "To the start",
        onclick: () => setTime(span.from) }, icon("M5 4v12 M16 4 8 10l8 6z")),
      player.button,
      h("button", { type: "button", class: "tool", "aria-label": "To the busiest hour",
        title: "To the busiest hour", onclick: () => setTime(busiest(span.from, span.to)) },
      icon("M3 16h14 M5 16V11 M9 16V4 M13 16V8")),
      player.speed,
      h("span", { class: "clocks" }, clock, long)),
    h("div", { class: "track" }, movementProfile(), ticks(), marks(), slider));
  slider.addEventListener("input", () => { player.stop(); setTime(Number(slider.value)); });
  slider.addEventListener("keydown", (event) => keys(event, player));
  onTime((minute) => {
    slider.value = String(minute);
    slider.setAttribute("aria-valuetext", `${cPlus(minute)}, ${utc(minute)}`);
    clock.textContent = cPlus(minute);
    long.textContent = `${dtg(minute)} · ${utc(minute)}`;
  });
  return bar;
}

/** Arrow keys step an hour, with Shift six; space plays. */
function keys(event: KeyboardEvent, player: Player): void {
  const step = { ArrowLeft: -60, ArrowDown: -60, ArrowRight: 60, ArrowUp: 60,
    PageUp: 1440, PageDown: -1440 }[event.key];
  if (event.key === " ") player.toggle();
  else if (step) setTime(Math.round(now() / 60) * 60 + step * (event.shiftKey ? 6 : 1));
  else return;
  event.preventDefault();
}

function icon(path: string): SVGElement {
  return s("svg", { viewBox: "0 0 20 20", width: 18, height: 18, "aria-hidden": "true" },
    s("path", { d: path, fill: "currentColor", stroke: "currentColor", "stroke-width": 1.6,
      "stroke-linejoin": "round" }));
}

/** Moves the time on, frame by frame, until the end. */
class Player {
  readonly button = h("button", { type: "button", class: "tool play", "aria-pressed": "false" });
  readonly speed = h("select", { "aria-label": "Speed" },
    ...SPEEDS.map((hours) => h("option", { value: hours, selected: hours === 6 }, `${hours} h/s`)));
  private last = 0;
  private playing = false;

  constructor() {
    this.button.addEventListener("click", () => this.toggle());
    this.show();
  }

  toggle(): void {
    if (this.playing) return this.stop();
    if (now() >= span.to - 1) setTime(span.from);
    this.playing = true;
    this.last = performance.now();
    this.show();
    requestAnimationFrame((at) => this.step(at));
  }

  stop(): void {
    this.playing = false;
    this.show();
  }

  private step(at: number): void {
    if (!this.playing) return;
    const seconds = Math.min(0.1, (at - this.last) / 1000);
    this.last = at;
    setTime(now() + Math.max(0, seconds) * 60 * Number(this.speed.value));
    if (now() >= span.to) return this.stop();
    requestAnimationFrame((next) => this.step(next));
  }

  private show(): void {
    this.button.replaceChildren(icon(this.playing ? "M6 4h2v12H6z M12 4h2v12h-2z" : "M6 4v12l10-6z"),
      h("span", {}, this.playing ? "Pause" : "Play"));
    this.button.setAttribute("aria-pressed", String(this.playing));
  }
}

/** Packets on the way over time, one area a mode, on top of each other. */
function movementProfile(): SVGElement {
  const counts = profile(span.from, span.to, STEPS);
  const total = counts.road.map((_, n) => MODES.reduce((sum, mode) => sum + counts[mode][n], 0));
  const most = Math.max(1, ...total);
  const below = new Array<number>(STEPS).fill(0);
  const areas = MODES.map((mode) => {
    const lower = below.map((value, n) => point(n, value, most));
    counts[mode].forEach((value, n) => { below[n] += value; });
    const upper = below.map((value, n) => point(n, value, most));
    return s("path", { class: `mode-${mode}`, d: `M${upper.join("L")}L${lower.reverse().join("L")}Z` });
  });
  return s("svg", { class: "profile", viewBox: `0 0 ${STEPS} ${HEIGHT}`, preserveAspectRatio: "none",
    role: "img", "aria-label": `Packets on the move over time; at most ${most} at once` }, ...areas);
}

const point = (n: number, value: number, most: number): string =>
  `${(n + 0.5).toFixed(1)},${(HEIGHT - (value / most) * (HEIGHT - 4)).toFixed(2)}`;

/** Days along the bar; every day has a tick, as many as fit have a label. */
export function dayTicks(): { minute: number; label: string; date: string }[] {
  const found = [];
  for (let d = Math.ceil(span.from / 1440); d * 1440 <= span.to; d++) {
    found.push({ minute: d * 1440, label: `C${d < 0 ? "\u2212" : "+"}${Math.abs(d)}`, date: day(d * 1440) });
  }
  const every = Math.ceil(found.length / 14);
  const last = span.to - 0.04 * (span.to - span.from);
  return found.filter((tick, n) => n % every === 0 && tick.minute < last);
}

function ticks(): HTMLElement {
  return h("div", { class: "ticks", "aria-hidden": "true" }, ...dayTicks().map((tick) =>
    h("span", { style: `left:${share(tick.minute)}%` }, h("b", {}, tick.label), h("i", {}, tick.date))));
}

function marks(): HTMLElement {
  const { summary, activation } = page;
  const found: [string, string, number | null][] = [
    ["decided", "Plan activated", activation.decided_min],
    ["bound", "Lower bound of closure", summary.closure_lower_bound_min],
    ["closed", "Closure", summary.closure_min],
    ["p50", "Rehearsed closure, P50", summary.rehearsal.p50_min],
    ["p95", "Rehearsed closure, P95", summary.rehearsal.p95_min],
  ];
  return h("div", { class: "marks", "aria-hidden": "true" }, ...found.map(([name, label, minute]) =>
    minute === null || minute < span.from ? null : h("span", { class: `mark-${name}`,
      style: `left:${share(minute)}%`, title: `${label}: ${cPlus(minute)}` })));
}
