// Where a number comes from, one click away: a number knows its sources, a popover shows them.

import { type Grade, type Sourced, sourceOf } from "./data";
import { h } from "./dom";

/** One input that a number rests on. */
export interface Input extends Sourced {
  what: string;
  value: string;
}

/** What the popover tells: the number, how it came about, and what it rests on. */
export interface Origin {
  title: string;
  value: string;
  text?: string;
  inputs?: Input[];
}

export const GRADES: Record<Grade, string> = {
  A: "primary text seen",
  B: "secondary source seen",
  C: "assumption: not yet seen in a source",
  D: "derived by arithmetic, or our own",
};

const origins = new WeakMap<Element, () => Origin>();

/** The weakest grade among the inputs: what a computed number can claim at best. */
export function weakest(inputs: Sourced[]): Grade | undefined {
  for (const grade of ["C", "B", "D", "A"] as Grade[]) {
    if (inputs.some((input) => input.grade === grade)) return grade;
  }
  return undefined;
}

/** A number that opens its source. `inTable`: reached by the row's grade button, not by Tab. */
export function figure(
  text: string,
  grade: Grade | undefined,
  origin: () => Origin,
  inTable = false,
): HTMLElement {
  const node = h("button", {
    type: "button",
    class: grade === "C" ? "num grade-c" : "num",
    title: grade === "C" ? "Assumption (grade C): show source" : "Show source",
    tabindex: inTable ? "-1" : undefined,
  }, text);
  origins.set(node, origin);
  return node;
}

/** A grade as a small button that opens the source of the row it stands in. */
export function gradeButton(sourced: Sourced, origin: () => Origin): HTMLElement {
  const node = h("button", {
    type: "button",
    class: `grade grade-${sourced.grade.toLowerCase()}`,
    "aria-label": `Grade ${sourced.grade}, ${GRADES[sourced.grade]}: show source`,
    title: `${sourced.grade}: ${GRADES[sourced.grade]}`,
  }, sourced.grade);
  origins.set(node, origin);
  return node;
}

const body = h("div", { class: "popover-body" });
const close = h("button", { type: "button", class: "close", "aria-label": "Close" }, "\u00d7");
const popover = h("div", { id: "source", class: "popover", role: "dialog", tabindex: "-1",
  "aria-label": "Source of the number", hidden: true }, close, body);
let opener: HTMLElement | null = null;

/** Let every number of the page open its source. */
export function installSources(): void {
  document.body.append(popover);
  close.addEventListener("click", hide);
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    const button = target.closest(".num, .grade");
    const origin = button && origins.get(button);
    if (origin) show(button as HTMLElement, origin());
    else if (!popover.contains(target)) hide();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !popover.hidden) {
      const back = opener;
      hide();
      back?.focus();
    }
  });
  window.addEventListener("resize", hide);
}

function hide(): void {
  popover.hidden = true;
  opener?.removeAttribute("aria-expanded");
  opener = null;
}

function show(button: HTMLElement, origin: Origin): void {
  const again = opener === button;
  hide();
  if (again) return;
  opener = button;
  button.setAttribute("aria-expanded", "true");
  body.replaceChildren(...told(origin));
  popover.hidden = false;
  place(button);
  popover.focus({ preventScroll: true });
}

function told(origin: Origin): HTMLElement[] {
  const parts: HTMLElement[] = [
    h("p", { class: "popover-title" }, origin.title),
    h("p", { class: "popover-value" }, origin.value),
  ];
  if (origin.text) parts.push(h("p", {}, origin.text));
  for (const input of origin.inputs ?? []) parts.push(inputCard(input));
  return parts;
}

function inputCard(input: Input): HTMLElement {
  const source = sourceOf.get(input.source);
  const where = source?.where ?? "";
  return h("dl", { class: "input" },
    h("div", {}, h("dt", {}, input.what),
      h("dd", { class: input.grade === "C" ? "grade-c" : "" }, input.value)),
    h("div", {}, h("dt", {}, "Source"), h("dd", {}, source?.title ?? input.source)),
    where ? h("div", {}, h("dt", {}, "Where"), h("dd", {}, address(where))) : null,
    h("div", {}, h("dt", {}, "Grade"),
      h("dd", {}, `${input.grade}, ${GRADES[input.grade]}`)),
    source ? h("div", {}, h("dt", {}, "Licence"), h("dd", {}, source.licence)) : null,
    input.note ? h("div", {}, h("dt", {}, "Remark"), h("dd", {}, input.note)) : null);
}

/** Where a source can be found: a link when it looks like a web page, else text. */
export function address(where: string): Node {
  if (!/^(https?:\/\/)?[\w-]+(\.[\w-]+)+(\/\S*)?$/.test(where) || /\.(csv|txt|json)$/.test(where)) {
    return document.createTextNode(where);
  }
  const href = where.startsWith("http") ? where : `https://${where}`;
  return h("a", { href, rel: "noreferrer noopener", target: "_blank" }, where);
}

/** Put the popover beside its number, inside the window. */
function place(button: HTMLElement): void {
  const box = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = popover;
  const room = document.documentElement.clientWidth;
  const left = Math.max(8, Math.min(box.left, room - width - 8));
  const below = box.bottom + 6;
  const top = below + height > window.innerHeight ? Math.max(8, box.top - height - 6) : below;
  popover.style.left = `${left + window.scrollX}px`;
  popover.style.top = `${top + window.scrollY}px`;
}
