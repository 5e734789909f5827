// Where everything is at a minute: packets on their way, forces as groups of packets.

import {
  type Force, type Itinerary, type Leg, type Mode, type Path, east, itinerariesOf, page, placeOf,
} from "./data";

export type Point = [number, number];

/** A path as drawn: points in Web Mercator (0..1 each way), minutes from departure at each. */
export interface Way {
  mode: Mode;
  points: Point[];
  at: number[];
  from: string;
  to: string;
}

export interface Rider {
  itinerary: Itinerary;
  leg: Leg;
  way: Way;
  point: Point;
}

/** Packets of one force that are together: at a place, or on the same leg. */
export interface Group {
  key: string;
  force: Force;
  state: "waiting" | "moving" | "halted" | "arrived" | "on_call" | "in_place";
  mode: Mode | null;
  place: string | null;
  to: string | null;
  point: Point;
  packets: number;
  of: number;
}

const AIR_POINTS = 32;

export function mercator(lon: number, lat: number): Point {
  const sine = Math.sin((Math.min(85, Math.max(-85, lat)) * Math.PI) / 180);
  return [east(lon) / 360 + 0.5, 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)];
}

export function placePoint(key: string): Point {
  const place = placeOf.get(key);
  return place ? mercator(place.lon, place.lat) : [0.5, 0.5];
}

export const ways: Way[] = page.paths.map(toWay);

function toWay(path: Path): Way {
  const { places, mode, at_min: at } = path;
  const ends = { from: places[0], to: places[places.length - 1] };
  if (mode === "air" && places.length === 2) return { mode, ...flown(path), ...ends };
  return { mode, points: places.map(placePoint), at, ...ends };
}

/** A flight from turning point to turning point on great circles, at an even pace. */
function flown(path: Path): { points: Point[]; at: number[] } {
  const turns = turnsOf(path);
  const angles = turns.slice(1).map((turn, n) => angleBetween(turns[n], turn));
  const whole = angles.reduce((sum, angle) => sum + angle, 0) || 1;
  const points: Point[] = [mercator(turns[0][0], turns[0][1])];
  const at = [0];
  angles.forEach((angle, n) => {
    const start = at[at.length - 1];
    const count = Math.max(1, Math.ceil((AIR_POINTS * angle) / whole));
    greatCircle(turns[n], turns[n + 1], count).slice(1).forEach((point, k) => {
      points.push(point);
      at.push(start + ((path.at_min[1] * angle) / whole) * ((k + 1) / count));
    });
  });
  return { points, at };
}

/** Longitude and latitude of a flight's turning points, its ends included. */
function turnsOf(path: Path): [number, number][] {
  const found: [number, number][] = [];
  for (let n = 0; n + 1 < path.via.length; n += 2) found.push([path.via[n + 1], path.via[n]]);
  if (found.length > 1) return found;
  return path.places.map((key) => {
    const place = placeOf.get(key);
    return place ? [place.lon, place.lat] : [0, 0];
  });
}

function angleBetween(a: [number, number], b: [number, number]): number {
  const [u, v] = [unit(...a), unit(...b)];
  return Math.acos(Math.min(1, Math.max(-1, u[0] * v[0] + u[1] * v[1] + u[2] * v[2])));
}

/** Points along the great circle between two points, `count` steps. */
function greatCircle(a: [number, number], b: [number, number], count: number): Point[] {
  const [u, v] = [unit(...a), unit(...b)];
  const angle = angleBetween(a, b);
  if (angle < 1e-6) return [mercator(...a), mercator(...b)];
  return Array.from({ length: count + 1 }, (_, n) => {
    const share = n / count;
    const [f, g] = [Math.sin((1 - share) * angle), Math.sin(share * angle)];
    const [x, y, z] = [0, 1, 2].map((k) => (f * u[k] + g * v[k]) / Math.sin(angle));
    return mercator((Math.atan2(y, x) * 180) / Math.PI, (Math.asin(z) * 180) / Math.PI);
  });
}

function unit(lon: number, lat: number): [number, number, number] {
  const [l, p] = [(lon * Math.PI) / 180, (lat * Math.PI) / 180];
  return [Math.cos(p) * Math.cos(l), Math.cos(p) * Math.sin(l), Math.sin(p)];
}

/** The way between two times, with the places passed between them. */
export function stretch(way: Way, from: number, to: number): Point[] {
  const passed = way.points.filter((_, n) => way.at[n] > from && way.at[n] < to);
  return [along(way, from), ...passed, along(way, to)];
}

/** Point of a way, `elapsed` minutes after departure. */
export function along(way: Way, elapsed: number): Point {
  const { at, points } = way;
  let low = 0;
  let high = at.length - 1;
  if (elapsed <= at[0]) return points[0];
  if (elapsed >= at[high]) return points[high];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (at[middle] <= elapsed) low = middle;
    else high = middle;
  }
  const length = at[high] - at[low];
  const share = length > 0 ? (elapsed - at[low]) / length : 1;
  const [a, b] = [points[low], points[high]];
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share];
}

/** Everyone on the way at a minute. */
export function riders(minute: number): Rider[] {
  const found: Rider[] = [];
  for (const itinerary of page.itineraries) {
    for (const leg of itinerary.legs) {
      if (leg[1] <= minute && minute < leg[2]) {
        const way = ways[leg[0]];
        found.push({ itinerary, leg, way, point: along(way, minute - leg[1]) });
        break;
      }
    }
  }
  return found;
}

/** Every force as groups of packets that stand together or ride the same leg. */
export function groups(minute: number): Group[] {
  return page.forces.flatMap((force) => groupsOf(force, minute));
}

function groupsOf(force: Force, minute: number): Group[] {
  const itineraries = itinerariesOf.get(force.force);
  if (!itineraries) {
    const state = force.posture === "deploy" ? "waiting" : force.posture;
    return [{ key: force.force, force, state, mode: null, place: force.home, to: null,
      point: placePoint(force.home), packets: 0, of: 0 }];
  }
  const of = itineraries.reduce((sum, itinerary) => sum + itinerary.packets, 0);
  const standing = new Map<string, Group>();
  const riding = new Map<number, { elapsed: number; packets: number }[]>();
  for (const itinerary of itineraries) place(force, itinerary, minute, of, standing, riding);
  return [...standing.values(), ...[...riding].map(([path, list]) => ride(force, path, list, of))];
}

/** Add one itinerary to where its packets are. */
function place(
  force: Force, itinerary: Itinerary, minute: number, of: number,
  standing: Map<string, Group>, riding: Map<number, { elapsed: number; packets: number }[]>,
): void {
  const { legs, packets } = itinerary;
  let at = ways[legs[0][0]].from;
  let state: Group["state"] = "waiting";
  for (const leg of legs) {
    if (minute < leg[1]) break;
    if (minute < leg[2]) {
      const list = riding.get(leg[0]) ?? [];
      list.push({ elapsed: minute - leg[1], packets });
      riding.set(leg[0], list);
      return;
    }
    at = ways[leg[0]].to;
    state = leg === legs[legs.length - 1] ? "arrived" : "halted";
  }
  const key = `${force.force}@${at}:${state}`;
  const group = standing.get(key);
  if (group) group.packets += packets;
  else {
    standing.set(key, { key, force, state, mode: null, place: at, to: null,
      point: placePoint(at), packets, of });
  }
}

/** The group of packets on one path, drawn where its middle packet is. */
function ride(
  force: Force, path: number, list: { elapsed: number; packets: number }[], of: number,
): Group {
  const way = ways[path];
  list.sort((a, b) => a.elapsed - b.elapsed);
  const packets = list.reduce((sum, rider) => sum + rider.packets, 0);
  let half = packets / 2;
  let middle = list[0];
  for (const rider of list) {
    middle = rider;
    half -= rider.packets;
    if (half <= 0) break;
  }
  return { key: `${force.force}>${path}`, force, state: "moving", mode: way.mode, place: null,
    to: way.to, point: along(way, middle.elapsed), packets, of };
}

/** Number of packets on the way in each mode, at `steps` moments between two minutes. */
export function profile(from: number, to: number, steps: number): Record<Mode, number[]> {
  const empty = (): number[] => new Array<number>(steps).fill(0);
  const counts: Record<Mode, number[]> = { road: empty(), rail: empty(), sea: empty(), air: empty() };
  const step = (to - from) / steps;
  for (const { legs, packets } of page.itineraries) {
    for (const [path, depart, arrive] of legs) {
      const first = Math.max(0, Math.floor((depart - from) / step));
      const last = Math.min(steps - 1, Math.floor((arrive - from) / step));
      for (let n = first; n <= last; n++) counts[ways[path].mode][n] += packets;
    }
  }
  return counts;
}

/** The minute at which most packets are on their way. */
export function busiest(from: number, to: number): number {
  const steps = 400;
  const counts = profile(from, to, steps);
  let best = 0;
  let most = -1;
  for (let n = 0; n < steps; n++) {
    const sum = counts.road[n] + counts.rail[n] + counts.sea[n] + counts.air[n];
    if (sum > most) [best, most] = [n, sum];
  }
  return Math.round((from + ((best + 0.5) * (to - from)) / steps) / 60) * 60;
}
