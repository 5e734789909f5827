// The page's data, as src/standto/view/page.py wrote it: one conversion, here, from columns to rows.

export type Grade = "A" | "B" | "C" | "D";
export type Mode = "road" | "rail" | "sea" | "air";
export const MODES: Mode[] = ["road", "rail", "sea", "air"];

type Columns<Row> = { [Field in keyof Row]: Row[Field][] };

/** What a figure rests on: key of the source, its grade, and a remark. */
export interface Sourced {
  source: string;
  grade: Grade;
  note?: string | null;
}

export interface Place {
  place: string;
  name: string;
  iso: string;
  lat: number;
  lon: number;
  kind: string;
  stop: boolean;
  source: string;
  grade: Grade;
}

export interface NetworkLink {
  link: string;
  u: string;
  v: string;
  class: string;
  km: number;
}

export interface Country extends Sourced {
  iso: string;
  name: string;
  lat: number;
  lon: number;
  status: "member" | "partner" | "neutral" | "other" | "unlisted";
  consent: boolean;
  since: string | null;
  until: string | null;
  open: boolean;
  closed_by: string | null;
  other_side: boolean;
}

export interface Area {
  plan: string;
  title: string;
  area: string;
  countries: string[];
  activated: boolean;
}

export interface Port extends Sourced {
  place: string;
  berths: number;
  draught_m: number | null;
  lane_m_per_day: number;
}

export interface Airfield extends Sourced {
  place: string;
  icao: string | null;
  runway_m: number;
  mog: number;
  mog_source: string;
  mog_grade: Grade;
}

export interface Railhead extends Sourced {
  place: string;
  ramps: number;
  trains_per_day: number;
}

export interface Force extends Sourced {
  force: string;
  name: string;
  owner: string;
  command: string | null;
  domain: string;
  echelon: string | null;
  function: string;
  plan: string;
  posture: "deploy" | "on_call" | "in_place";
  home: string;
  destination: string | null;
  personnel: number;
  notice_to_move_min: number;
  raised_notice_to_move_min: number | null;
  alerted_min: number | null;
  ready_min: number;
  required_min: number | null;
  priority: number;
  closure_percent: number;
  sidc: string;
}

export interface Line extends Sourced {
  line: string;
  force: string;
  what: string;
  origin: string;
  destination: string;
  personnel: number;
  cargo_t: number;
  ready_min: number;
  required_min: number | null;
  vehicles: number | null;
  closed_min: number | null;
  why: string | null;
}

export interface Path {
  mode: Mode;
  places: string[];
  at_min: number[];
  /** By air: latitude and longitude of each turning point, one after another; else empty. */
  via: number[];
}

/** path, depart, arrive, load, unload (minutes), index of the lift. */
export type Leg = [number, number, number, number, number, number];

export interface Itinerary {
  force: string;
  line: string;
  packets: number;
  personnel: number;
  mass_t: number;
  pieces: number;
  legs: Leg[];
}

export interface Lift extends Sourced {
  fleet: string;
  lift: string | null;
  name: string | null;
  mode: Mode | null;
  payload_t: number | null;
  seats: number | null;
  lane_m: number | null;
  owner: string | null;
  count: number | null;
  base: string | null;
}

export interface Closure {
  force: string;
  name: string;
  owner: string;
  ready_min: number;
  required_min: number | null;
  closed_min: number | null;
  lower_bound_min: number | null;
  late_min: number | null;
  p05_min: number | null;
  p50_min: number | null;
  p95_min: number | null;
  not_closed: number | null;
  on_time: number | null;
  held_by: string | null;
  held_min: number | null;
}

export interface Span {
  start: number;
  end: number;
}

export interface Report {
  id: string;
  path: string;
  sha256: string;
  title: string;
  dates: { label: string; value: string; zone: string | null; inferred_from: string | null }[];
  text: string;
  publisher: string | null;
  url: string | null;
  flags: string[];
}

export interface Statement extends Span {
  id: string;
  report: string;
  exact: string;
  parts: Span[];
  kind: string;
  speaker: string | null;
  speaker_as_written: string | null;
  speaker_how: string;
  cue: string | null;
  codes: { code: string; label: string; posture: string; negated: boolean }[];
  flags: string[];
  said_at: string | null;
  said_at_basis: string;
  about: string | null;
  addressee: string | null;
  chain: string[];
}

export interface Difference {
  a: string;
  b: string;
  aspect: string;
  a_words: string;
  b_words: string;
  a_span: Span;
  b_span: Span;
  contradicts: boolean;
}

export interface Situation {
  reports: Report[];
  statements: Statement[];
  links: { a: string; b: string; type: string; why: string }[];
  differences: Difference[];
  framings: ({ report: string; exact: string; term: string; used_by: string; gloss: string } & Span)[];
  originators: { id: string; name: string; kind: string; statements: string[]; reports: string[] }[];
  grades: {
    statement: string;
    claim: "said" | "content";
    source: string;
    information: number;
    originators: number;
    why: string;
  }[];
  parser: string;
}

export interface Entry {
  n: number;
  at: string;
  at_min: number;
  actor: string;
  key: string;
  previous: string;
  hash: string;
  body: Record<string, unknown>;
}

export interface Finding extends Sourced {
  finding: string;
  rule: string;
  pack: string;
  title: string;
  status: string;
  subject: string;
  country: string;
  at_min: number | null;
  number: number | null;
  limit: number | null;
  unit: string;
  article: string;
  basis: string;
  binding: string;
  text: string;
}

export interface Notice extends Sourced {
  notice: string;
  kind: string;
  to: string;
  due_min: number | null;
  event_min: number | null;
  subject: string;
  number: number | null;
  text: string;
  article: string;
  basis: string;
  status: string;
}

export interface Source {
  source: string;
  title: string;
  where: string | null;
  licence: string;
  retrieved: string | null;
  grade: Grade;
  note: string | null;
}

export interface Used {
  source: string;
  table: string;
  rows: number;
  numbers: number;
  grade_c_numbers: number;
}

export interface Factor extends Sourced {
  factor: string;
  value: number;
  unit: string;
  low: number | null;
  high: number | null;
  date: string | null;
}

export interface Contingency extends Sourced {
  contingency: string;
  name: string;
  kind: string;
  target: string;
  mode: string | null;
  probability: number;
  distribution: string;
  parameters: string;
}

/** One measure of the schedule; weight is null where the objective leaves it out. */
export interface Measure {
  measure: string;
  unit: string;
  value: number;
  lower_bound: number | null;
  weight: number | null;
}

export interface Summary {
  forces: number;
  forces_that_deploy: number;
  lines: number;
  lines_unplanned: number;
  legs: number;
  status: string;
  objective: number;
  lower_bound: number | null;
  gap: number;
  measures: Measure[];
  closure_min: number;
  closure_lower_bound_min: number;
  seed: number;
  rehearsal: {
    runs: number;
    policy: string;
    p05_min: number | null;
    p50_min: number | null;
    p95_min: number | null;
    not_closed: number;
  };
  findings: Record<string, number>;
  notices: number;
  situation: { reports: number; statements: number; agreements: number; differences: number };
  sources: { used: number; grade_c_numbers_used: number };
}

export interface Head {
  name: string;
  title: string;
  summary: string;
  alliance: string;
  phase: string;
  rules: string[];
  objective: Record<string, number>;
  c_hour: string;
  version: string;
  iterations: number;
  command: string;
}

interface Raw {
  head: Head;
  summary: Summary;
  ground: {
    places: Columns<Place>;
    links: Partial<Record<Mode, Columns<NetworkLink>>>;
    ports: Columns<Port>;
    airfields: Columns<Airfield>;
    railheads: Columns<Railhead>;
    countries: Columns<Country>;
    areas: Area[];
    base_map: unknown;
    overlays: unknown;
  };
  forces: Columns<Force>;
  lines: Columns<Line>;
  paths: Path[];
  itineraries: Itinerary[];
  bucket_min: number;
  lifts: Lift[];
  closures: Columns<Closure>;
  bottlenecks: { resource: string; kind: string; name: string; hours: number }[];
  mattered: {
    contingency: string;
    name: string;
    cost_min: number;
    low_min: number;
    high_min: number;
    happened: number;
    kept_open: number;
  }[];
  bounds: { measure: string; value: number; proved_by: string }[];
  situation: Situation;
  activation: {
    plans: string[];
    version: string;
    decided_min: number;
    alerted_min: number;
    ledger_head: string;
  };
  ledger: Entry[];
  findings: Finding[];
  notices: Notice[];
  statement: string;
  sources: Columns<Source>;
  used: Columns<Used>;
  factors: Columns<Factor>;
  contingencies: Columns<Contingency>;
}

/** Rows of a table that was handed over column by column. */
function rows<Row>(columns: Columns<Row>): Row[] {
  const names = Object.keys(columns) as (keyof Row)[];
  const length = names.length ? columns[names[0]].length : 0;
  return Array.from({ length }, (_, at) => {
    const row = {} as Row;
    for (const name of names) row[name] = columns[name][at];
    return row;
  });
}

const element = document.getElementById("page-data");
if (!element?.textContent) throw new Error("the page holds no data");
const raw = JSON.parse(element.textContent) as Raw;

function keyed<Row>(list: Row[], key: keyof Row): Map<string, Row> {
  return new Map(list.map((row) => [String(row[key]), row]));
}

const lons = [...new Set(raw.ground.places.lon)].sort((a, b) => a - b);

/** Longitude where the map is cut: -180, unless a gap among the places is wider than that round the date line. */
export const edge = ((): number => {
  let [cut, widest] = [-180, lons.length ? lons[0] + 360 - lons[lons.length - 1] : 360];
  for (let n = 1; n < lons.length; n++) {
    if (lons[n] - lons[n - 1] > widest) [cut, widest] = [lons[n], lons[n] - lons[n - 1]];
  }
  return cut;
})();

/** A longitude east of the map's cut: beyond 180 where places lie on both sides of the date line. */
export const east = (lon: number): number => (lon < edge ? lon + 360 : lon);

/** Half way between the westernmost and the easternmost place. */
export const middleLon = lons.length ? (Math.min(...lons.map(east)) + Math.max(...lons.map(east))) / 2 : 0;

/** Rows with a position, their longitudes east of the cut. */
function placed<Row extends { lon: number }>(columns: Columns<Row>): Row[] {
  return rows(columns).map((row) => ({ ...row, lon: east(row.lon) }));
}

export const page = {
  ...raw,
  forces: rows(raw.forces),
  lines: rows(raw.lines),
  closures: rows(raw.closures),
  sources: rows(raw.sources),
  used: rows(raw.used),
  factors: rows(raw.factors),
  contingencies: rows(raw.contingencies),
  places: placed(raw.ground.places),
  ports: rows(raw.ground.ports),
  airfields: rows(raw.ground.airfields),
  railheads: rows(raw.ground.railheads),
  countries: placed(raw.ground.countries),
  links: Object.fromEntries(
    Object.entries(raw.ground.links).map(([mode, table]) => [mode, rows(table)]),
  ) as Partial<Record<Mode, NetworkLink[]>>,
  areas: raw.ground.areas,
  baseMap: raw.ground.base_map,
  overlays: raw.ground.overlays,
};

export const placeOf = keyed(page.places, "place");
export const forceOf = keyed(page.forces, "force");
export const closureOf = keyed(page.closures, "force");
export const sourceOf = keyed(page.sources, "source");
export const countryOf = keyed(page.countries, "iso");
export const statementOf = keyed(page.situation.statements, "id");
export const reportOf = keyed(page.situation.reports, "id");

export const linesOf = group(page.lines, (line) => line.force);
export const itinerariesOf = group(page.itineraries, (itinerary) => itinerary.force);

/** Rows by a key, in their order. */
export function group<Row>(list: Row[], key: (row: Row) => string): Map<string, Row[]> {
  const found = new Map<string, Row[]>();
  for (const row of list) {
    const at = key(row);
    const rowsThere = found.get(at);
    if (rowsThere) rowsThere.push(row);
    else found.set(at, [row]);
  }
  return found;
}

export const placeName = (key: string | null): string =>
  key === null ? "" : (placeOf.get(key)?.name ?? key);

export const countryName = (iso: string): string => countryOf.get(iso)?.name ?? iso;
