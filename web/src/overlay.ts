// What moves, drawn over the map: packets as dots on a canvas, forces as APP-6 symbols in the page.

import type maplibregl from "maplibre-gl";
import { cPlus } from "./clock";
import { edge, itinerariesOf, middleLon, placeName } from "./data";
import { h } from "./dom";
import { type Group, groups, type Point, type Rider, riders, stretch, ways } from "./motion";
import { onScheme, palette } from "./palette";
import { symbolImage } from "./symbol";
import { choose, chosen, now, onChoice, onTime } from "./time";

/** Symbols nearer to each other than this (pixels) are shown as one stack. */
const NEAR = 30;
const SIZE = 19;
const STATES = {
  waiting: "waiting to move", moving: "on the way", halted: "between two legs",
  arrived: "arrived", on_call: "on call at higher readiness", in_place: "in place",
};

export interface Shown {
  onCall: boolean;
  waiting: boolean;
}

interface Stack {
  key: string;
  x: number;
  y: number;
  groups: Group[];
}

/** Linear view of the map (it is never turned or tilted): Mercator 0..1 to pixels. */
interface View {
  scale: number;
  left: number;
  top: number;
}

export class Overlay {
  readonly shown: Shown = { onCall: true, waiting: true };
  private readonly canvas = h("canvas", { class: "packets", "aria-hidden": "true" });
  private readonly layer = h("div", { class: "symbols", role: "group", "aria-label": "Forces on the map" });
  private readonly list = h("div", { class: "stack-list", hidden: true });
  private readonly nodes = new Map<string, HTMLButtonElement>();
  private queued = false;

  constructor(private readonly map: maplibregl.Map) {
    map.getCanvasContainer().append(this.canvas);
    map.getContainer().append(this.layer, this.list);
    map.on("move", () => { this.list.hidden = true; this.draw(); });
    map.on("resize", () => this.queue());
    map.on("load", () => this.queue());
    onScheme(() => { this.layer.replaceChildren(); this.nodes.clear(); this.queue(); });
    onTime(() => this.queue());
    onChoice(() => this.queue());
    this.layer.addEventListener("click", (event) => this.clicked(event));
    map.on("click", () => { this.list.hidden = true; });
  }

  /** Draw at the next frame, once however often it is asked for. */
  queue(): void {
    if (this.queued) return;
    this.queued = true;
    requestAnimationFrame(() => { this.queued = false; this.draw(); });
  }

  private view(): View {
    // The map may call the same view 179 or -181 degrees east: take the turn that shows our places.
    const turn = edge > -180 ? 360 * Math.round((this.map.getCenter().lng - middleLon) / 360) : 0;
    const [a, b] = [this.map.project([turn, 0]), this.map.project([turn + 90, 0])];
    const scale = (b.x - a.x) / 0.25;
    return { scale, left: a.x - 0.5 * scale, top: a.y - 0.5 * scale };
  }

  private draw(): void {
    const view = this.view();
    const minute = now();
    this.drawPackets(view, riders(minute), minute);
    this.drawSymbols(view, minute);
  }

  private drawPackets(view: View, moving: Rider[], minute: number): void {
    const { clientWidth: width, clientHeight: height } = this.map.getContainer();
    const ratio = window.devicePixelRatio || 1;
    if (this.canvas.width !== Math.round(width * ratio) || this.canvas.height !== Math.round(height * ratio)) {
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
      this.canvas.style.width = `${width}px`;
      this.canvas.style.height = `${height}px`;
    }
    const pen = this.canvas.getContext("2d");
    if (!pen) return;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    pen.lineCap = pen.lineJoin = "round";
    this.drawWays(pen, view, moving);
    for (const rider of moving) this.drawPacket(pen, view, rider, minute);
    pen.globalAlpha = 1;
  }

  /** The ways now in use, and all ways of the force that the reader chose. */
  private drawWays(pen: CanvasRenderingContext2D, view: View, moving: Rider[]): void {
    const colours = palette().modes;
    const selected = chosen();
    const busy = new Set(moving.map((rider) => rider.leg[0]));
    for (const path of busy) stroke(pen, view, ways[path].points, colours[ways[path].mode], 2.2, 0.38);
    if (!selected) return;
    for (const path of pathsOf(selected)) {
      stroke(pen, view, ways[path].points, palette().halo, 6, 0.8);
      stroke(pen, view, ways[path].points, colours[ways[path].mode], 3.2, 0.95);
    }
  }

  private drawPacket(pen: CanvasRenderingContext2D, view: View, rider: Rider, minute: number): void {
    const p = palette();
    const { way, leg } = rider;
    const elapsed = minute - leg[1];
    const tail = stretch(way, Math.max(0, elapsed - (way.mode === "air" ? 8 : 40)), elapsed);
    stroke(pen, view, tail, p.modes[way.mode], 3, 0.75);
    const [x, y] = at(view, rider.point);
    pen.globalAlpha = 1;
    pen.beginPath();
    pen.arc(x, y, Math.min(6, 2.4 + 0.5 * Math.sqrt(rider.itinerary.packets)), 0, 7);
    pen.fillStyle = p.modes[way.mode];
    pen.fill();
    pen.lineWidth = 1.2;
    pen.strokeStyle = p.surface;
    pen.stroke();
  }

  private drawSymbols(view: View, minute: number): void {
    const { clientWidth: width, clientHeight: height } = this.map.getContainer();
    const visible = groups(minute).filter((group) => this.wanted(group));
    const stacks = stacked(visible, view).filter(({ x, y }) =>
      x > -40 && y > -40 && x < width + 40 && y < height + 40);
    const used = new Set<string>();
    for (const stack of stacks) {
      used.add(stack.key);
      this.drawStack(stack);
    }
    for (const [key, node] of this.nodes) {
      if (used.has(key)) continue;
      node.remove();
      this.nodes.delete(key);
    }
  }

  private wanted(group: Group): boolean {
    if (group.force.force === chosen()) return true;
    if (group.state === "on_call" || group.state === "in_place") return this.shown.onCall;
    return group.state !== "waiting" || this.shown.waiting;
  }

  private drawStack(stack: Stack): void {
    const [first] = stack.groups;
    let node = this.nodes.get(stack.key);
    if (!node) {
      node = h("button", { type: "button", class: "force" },
        h("img", { alt: "", src: symbolImage(first.force.sidc, SIZE) }), h("span", { class: "count" }));
      this.nodes.set(stack.key, node);
      this.layer.append(node);
    }
    node.style.transform = `translate(${stack.x.toFixed(1)}px, ${stack.y.toFixed(1)}px) translate(-50%, -50%)`;
    node.dataset.state = first.state;
    node.dataset.forces = stack.groups.map((group) => group.force.force).join(" ");
    node.classList.toggle("chosen", stack.groups.some((group) => group.force.force === chosen()));
    const count = node.lastElementChild as HTMLElement;
    const more = stack.groups.length > 1 ? `+${stack.groups.length - 1}` : "";
    if (count.textContent !== more) count.textContent = more;
    const label = stack.groups.length > 1
      ? `${first.force.name} and ${stack.groups.length - 1} more` : describe(first);
    if (node.title !== label) {
      node.title = label;
      node.setAttribute("aria-label", label);
    }
  }

  private clicked(event: Event): void {
    const node = (event.target as Element).closest<HTMLButtonElement>(".force");
    if (!node) return;
    event.stopPropagation();
    const stack = [...this.nodes].find(([, other]) => other === node);
    if (!stack) return;
    const visible = groups(now()).filter((group) => this.wanted(group));
    const members = stacked(visible, this.view()).find((s) => s.key === stack[0])?.groups ?? [];
    if (members.length === 1) {
      this.list.hidden = true;
      choose(members[0].force.force === chosen() ? null : members[0].force.force);
    } else this.openList(node, members);
  }

  /** The forces of a stack, to choose from. */
  private openList(node: HTMLElement, members: Group[]): void {
    const items = members.map((group) => h("button", { type: "button", onclick: () => {
      choose(group.force.force);
      this.list.hidden = true;
    } }, h("img", { alt: "", src: symbolImage(group.force.sidc, 12) }),
    h("span", {}, group.force.name), h("small", {}, state(group))));
    this.list.replaceChildren(
      h("p", {}, `${members.length} forces here at ${cPlus(now())}`), ...items);
    this.list.hidden = false;
    const box = this.map.getContainer().getBoundingClientRect();
    const spot = node.getBoundingClientRect();
    const left = Math.min(spot.right - box.left + 6, box.width - this.list.offsetWidth - 8);
    const top = Math.min(spot.top - box.top, box.height - this.list.offsetHeight - 8);
    this.list.style.left = `${Math.max(8, left)}px`;
    this.list.style.top = `${Math.max(8, top)}px`;
    (items[0] as HTMLElement).focus({ preventScroll: true });
  }
}

const at = (view: View, point: Point): Point =>
  [view.left + view.scale * point[0], view.top + view.scale * point[1]];

function stroke(
  pen: CanvasRenderingContext2D, view: View, points: Point[], colour: string, width: number, alpha: number,
): void {
  pen.beginPath();
  points.forEach((point, n) => {
    const [x, y] = at(view, point);
    if (n) pen.lineTo(x, y);
    else pen.moveTo(x, y);
  });
  pen.globalAlpha = alpha;
  pen.lineWidth = width;
  pen.strokeStyle = colour;
  pen.stroke();
}

/** Numbers of the paths that a force takes. */
export function pathsOf(force: string): Set<number> {
  return new Set((itinerariesOf.get(force) ?? []).flatMap((it) => it.legs.map((leg) => leg[0])));
}

const RANK = { moving: 0, halted: 1, arrived: 2, waiting: 3, in_place: 4, on_call: 5 };

/** Groups that would hide each other, taken together: the chosen one and those that move on top. */
function stacked(list: Group[], view: View): Stack[] {
  const selected = chosen();
  const rank = (group: Group): number =>
    (group.force.force === selected ? -100 : 0) + 10 * RANK[group.state] + group.force.priority;
  const ordered = [...list].sort((a, b) => rank(a) - rank(b) || (a.key < b.key ? -1 : 1));
  const cells = new Map<string, Stack[]>();
  const stacks: Stack[] = [];
  for (const group of ordered) {
    const [x, y] = at(view, group.point);
    const [column, row] = [Math.floor(x / NEAR), Math.floor(y / NEAR)];
    const near = neighbours(cells, column, row).find((stack) =>
      Math.hypot(stack.x - x, stack.y - y) < NEAR);
    if (near) {
      near.groups.push(group);
      continue;
    }
    const stack = { key: group.key, x, y, groups: [group] };
    stacks.push(stack);
    const cell = `${column}/${row}`;
    cells.set(cell, [...(cells.get(cell) ?? []), stack]);
  }
  return stacks;
}

function neighbours(cells: Map<string, Stack[]>, column: number, row: number): Stack[] {
  const found: Stack[] = [];
  for (let c = column - 1; c <= column + 1; c++) {
    for (let r = row - 1; r <= row + 1; r++) found.push(...(cells.get(`${c}/${r}`) ?? []));
  }
  return found;
}

/** What a group is doing, in words. */
export function state(group: Group): string {
  const share = group.of > 1 && group.packets < group.of ? `, ${group.packets} of ${group.of} packets` : "";
  if (group.state === "moving") return `on the way by ${group.mode} to ${placeName(group.to)}${share}`;
  return `${STATES[group.state]} at ${placeName(group.place)}${share}`;
}

const describe = (group: Group): string => `${group.force.name}: ${state(group)}`;
