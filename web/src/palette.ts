// Colours of the page, read from the style sheet, so that map and page follow the same scheme.

import type { Mode } from "./data";

export interface Palette {
  sea: string; land: string; coast: string; border: string; member: string; partner: string;
  neutral: string; other: string; hatch: string; road: string; rail: string; surface: string;
  ink: string; ink2: string; ink3: string; halo: string; accent: string; good: string;
  modes: Record<Mode, string>;
}

const dark = window.matchMedia("(prefers-color-scheme: dark)");

let known: Palette | null = null;
dark.addEventListener("change", () => { known = null; });

/** The colours of the scheme that is shown now. */
export function palette(): Palette {
  known ??= read();
  return known;
}

function read(): Palette {
  const style = getComputedStyle(document.documentElement);
  const v = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    sea: v("map-sea"), land: v("map-land"), coast: v("map-coast"), border: v("map-border"),
    member: v("map-member"), partner: v("map-partner"), neutral: v("map-neutral"),
    other: v("map-other"), hatch: v("map-hatch"), road: v("map-road"), rail: v("map-rail"),
    surface: v("surface"), ink: v("ink"), ink2: v("ink-2"), ink3: v("ink-3"),
    halo: v("map-halo"), accent: v("accent"), good: v("good"),
    modes: { road: v("road"), rail: v("rail"), sea: v("sea"), air: v("air") },
  };
}

export const isDark = (): boolean => dark.matches;

/** Call `listener` when the reader's system changes between light and dark. */
export function onScheme(listener: () => void): void {
  dark.addEventListener("change", listener);
}
