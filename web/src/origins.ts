// How each kind of number came about, for the source popover.

import { cPlus, inWords, number, utc } from "./clock";
import { type Closure, type Force, linesOf, page, placeName } from "./data";
import type { Input, Origin } from "./source";

const { summary, head } = page;
const policy = summary.rehearsal.policy;

export const when = (minute: number): string => `${cPlus(minute)} (${utc(minute)})`;

export function noticeInput(force: Force): Input {
  const raised = force.posture === "on_call" && force.raised_notice_to_move_min !== null;
  const notice = raised ? force.raised_notice_to_move_min! : force.notice_to_move_min;
  return { ...force, what: `${force.name}: ${raised ? "raised " : ""}notice to move`,
    value: inWords(notice) };
}

export function strengthInput(force: Force): Input {
  return { ...force, what: `${force.name}: strength`, value: `${number(force.personnel)} personnel` };
}

export function requiredInput(force: Force): Input[] {
  if (force.required_min === null) return [];
  return [{ ...force, what: `${force.name}: required at destination`, value: when(force.required_min) }];
}

function linesInput(force: Force): Input[] {
  const lines = linesOf.get(force.force) ?? [];
  return lines.slice(0, 12).map((line) => ({ ...line, what: line.what,
    value: `${number(line.personnel)} personnel, ${number(line.vehicles ?? 0)} vehicles and pieces` }));
}

/** Everything scenario-given that the schedule of one force rests on. */
export const forceInputs = (force: Force): Input[] =>
  [noticeInput(force), strengthInput(force), ...requiredInput(force), ...linesInput(force)];

export function strength(force: Force): Origin {
  return { title: force.name, value: `${number(force.personnel)} personnel`,
    inputs: [strengthInput(force)] };
}

export function notice(force: Force): Origin {
  return { title: `${force.name}: notice to move`, value: noticeInput(force).value,
    inputs: [noticeInput(force)] };
}

export function ready(force: Force): Origin {
  const alerted = force.alerted_min === null ? "" : `, alerted ${when(force.alerted_min)}`;
  return { title: `${force.name}: ready to move`, value: when(force.ready_min),
    text: `The alert plus the notice to move${alerted}.`, inputs: [noticeInput(force)] };
}

export function required(force: Force): Origin {
  return { title: `${force.name}: required at destination`,
    value: force.required_min === null ? "no date set" : when(force.required_min),
    inputs: requiredInput(force) };
}

export function closed(force: Force, closure: Closure): Origin {
  return { title: `${force.name}: closure`,
    value: closure.closed_min === null ? "does not close" : when(closure.closed_min),
    text: `Computed: the last of its packets has arrived at ${placeName(force.destination)} and is ` +
      `unloaded, in the schedule found with seed ${summary.seed} in ${number(head.iterations)} ` +
      `iterations. It rests on these figures and on the network, lift and planning factors under Sources.`,
    inputs: forceInputs(force) };
}

export function bound(force: Force, closure: Closure): Origin {
  const value = closure.lower_bound_min;
  return { title: `${force.name}: lower bound`, value: value === null ? "none proved" : when(value),
    text: "Proved: no schedule under these rules, lift and network closes this force earlier. " +
      "The arguments stand under Method.", inputs: forceInputs(force) };
}

export function quantile(name: string, label: string, value: number | null): Origin {
  return { title: `${name}: ${label}`, value: value === null ? "not reached" : when(value),
    text: `Rehearsed: ${number(summary.rehearsal.runs)} runs of the schedule against the ` +
      `contingencies listed under Method (policy: ${policy}). ${QUANTILES[label] ?? ""}` };
}

const QUANTILES: Record<string, string> = {
  P5: "In one run of twenty it closes by then.",
  P50: "In half of the runs it closes by then.",
  P95: "In nineteen runs of twenty it closes by then.",
};

export function headlineClosure(): Origin {
  return { title: "Closure of the whole plan", value: when(summary.closure_min),
    text: `Computed: the last arrival of all ${summary.forces_that_deploy} forces that deploy, ` +
      `unloaded, over ${number(summary.lines)} requirement lines. Status of the schedule: ` +
      `${summary.status}. ${number(summary.sources.grade_c_numbers_used)} of the figures it rests ` +
      "on are assumptions of grade C." };
}

export function headlineBound(): Origin {
  const proofs = page.bounds.map((b) => `${b.measure}: ${b.proved_by}`).join("; ");
  return { title: "Proven lower bound of the closure", value: when(summary.closure_lower_bound_min),
    text: `No schedule closes earlier under these rules, lift and network. Proved by ${proofs || "the scheduler"}.` };
}

export function headlineGap(): Origin {
  return { title: "Gap of the objective", value: `${number(100 * summary.gap)} %`,
    text: `The schedule's objective is ${number(summary.objective)}; no schedule is below ` +
      `${summary.lower_bound === null ? "a bound not proved" : number(summary.lower_bound)}. ` +
      "A better search could gain at most this share." };
}
