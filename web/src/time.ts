// The minute that the page shows: one value, and whoever wants to know when it changes.

import { span } from "./clock";

type Listener = (minute: number) => void;

const listeners: Listener[] = [];
let current = span.from;

export const now = (): number => current;

/** Call `listener` at every change of the minute, and once at once. */
export function onTime(listener: Listener): void {
  listeners.push(listener);
  listener(current);
}

export function setTime(minute: number): void {
  current = Math.min(span.to, Math.max(span.from, minute));
  for (const listener of listeners) listener(current);
}

type Chosen = (force: string | null) => void;
const choosers: Chosen[] = [];
let selected: string | null = null;

export const chosen = (): string | null => selected;

/** Call `listener` whenever a force is chosen, on the map, in the Gantt or in a table. */
export function onChoice(listener: Chosen): void {
  choosers.push(listener);
}

export function choose(force: string | null): void {
  selected = force;
  for (const listener of choosers) listener(force);
}
