// Time as a reader wants it: minutes since C-hour -> C+n, date-time group, UTC, length in words.

import { page } from "./data";

const MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(" ");
const SHORT = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const DAY = 1440;
const C_HOUR = Date.parse(page.head.c_hour);
const two = (n: number): string => String(n).padStart(2, "0");

const at = (minute: number): Date => new Date(C_HOUR + Math.round(minute) * 60_000);

/** `C+3 04:00`; before C-hour `C-1 20:00` counts from that day's start. */
export function cPlus(minute: number): string {
  const whole = Math.round(minute);
  const day = Math.floor(whole / DAY);
  const rest = whole - day * DAY;
  return `C${day < 0 ? "\u2212" : "+"}${Math.abs(day)} ${two(Math.floor(rest / 60))}:${two(rest % 60)}`;
}

/** Date-time group, `241737ZFEB22`. */
export function dtg(minute: number): string {
  const d = at(minute);
  const hour = two(d.getUTCDate()) + two(d.getUTCHours()) + two(d.getUTCMinutes());
  return `${hour}Z${MONTHS[d.getUTCMonth()]}${two(d.getUTCFullYear() % 100)}`;
}

/** `27 Feb 2022, 12:00Z`. */
export function utc(minute: number): string {
  const d = at(minute);
  const date = `${d.getUTCDate()} ${SHORT[d.getUTCMonth()]} ${d.getUTCFullYear()}`;
  return `${date}, ${two(d.getUTCHours())}:${two(d.getUTCMinutes())}Z`;
}

/** `27 Feb`. */
export function day(minute: number): string {
  const d = at(minute);
  return `${d.getUTCDate()} ${SHORT[d.getUTCMonth()]}`;
}

/** `4 d 19 h`, `7 h 05 min`, `45 min`. */
export function inWords(minutes: number): string {
  const whole = Math.abs(Math.round(minutes));
  const sign = minutes < 0 ? "\u2212" : "";
  const days = Math.floor(whole / DAY);
  const hours = Math.floor((whole % DAY) / 60);
  if (days) return hours ? `${sign}${days} d ${hours} h` : `${sign}${days} d`;
  if (hours) return whole % 60 ? `${sign}${hours} h ${two(whole % 60)} min` : `${sign}${hours} h`;
  return `${sign}${whole} min`;
}

const plain = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 1 });

/** `12,345.6`. */
export const number = (value: number): string => plain.format(value);

/** `1 difference`, `3 differences`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${number(count)} ${count === 1 ? one : many}`;

/** First and last minute that the time bar spans. */
export const span = timeSpan();

function timeSpan(): { from: number; to: number } {
  const begins = [0, page.activation.decided_min];
  const ends = [page.summary.closure_min, page.summary.rehearsal.p95_min ?? 0];
  for (const itinerary of page.itineraries) {
    const last = itinerary.legs[itinerary.legs.length - 1];
    begins.push(itinerary.legs[0][1] - itinerary.legs[0][3]);
    ends.push(last[2] + last[4]);
  }
  const from = Math.max(begins.reduce((a, b) => Math.min(a, b)), -3 * DAY);
  const to = ends.reduce((a, b) => Math.max(a, b));
  return { from: Math.floor(from / 360) * 360, to: Math.ceil((to + 180) / 360) * 360 };
}
