// Images for the map made on a canvas: hatches, marks, and names (a page from disk has no glyphs).

import type maplibregl from "maplibre-gl";
import { palette } from "./palette";

export interface Label {
  id: string;
  text: string;
  kind: "country" | "place";
}

const RATIO = 2;

function canvas(width: number, height: number): CanvasRenderingContext2D {
  const element = document.createElement("canvas");
  element.width = Math.ceil(width * RATIO);
  element.height = Math.ceil(height * RATIO);
  const context = element.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("the browser has no canvas");
  context.scale(RATIO, RATIO);
  return context;
}

const data = (context: CanvasRenderingContext2D): ImageData =>
  context.getImageData(0, 0, context.canvas.width, context.canvas.height);

/** A name, with a halo so that it can be read over lines. */
export function labelImage(label: Label): ImageData {
  const p = palette();
  const country = label.kind === "country";
  const text = country ? label.text.toUpperCase() : label.text;
  const font = country ? "500 10px" : "400 11px";
  const family = getComputedStyle(document.body).fontFamily;
  const set = (context: CanvasRenderingContext2D): void => {
    context.font = `${font} ${family}`;
    context.letterSpacing = country ? "1.5px" : "0px";
    context.textBaseline = "middle";
  };
  const measure = canvas(1, 1);
  set(measure);
  const context = canvas(measure.measureText(text).width + 8, 18);
  set(context);
  context.lineJoin = "round";
  context.lineWidth = 3;
  context.strokeStyle = p.halo;
  context.strokeText(text, 4, 9);
  context.fillStyle = country ? p.ink3 : p.ink2;
  context.fillText(text, 4, 9);
  return data(context);
}

/** Add the hatches and marks that the style names. */
export function addImages(map: maplibregl.Map): void {
  for (const [id, draw] of Object.entries(DRAWN)) {
    if (map.hasImage(id)) map.removeImage(id);
    map.addImage(id, draw(), { pixelRatio: RATIO });
  }
}

const DRAWN: Record<string, () => ImageData> = { hatch, dots, port, airfield };

function hatch(): ImageData {
  const context = canvas(8, 8);
  context.strokeStyle = palette().hatch;
  context.lineWidth = 1;
  context.beginPath();
  for (const x of [-8, 0, 8]) {
    context.moveTo(x, 8);
    context.lineTo(x + 8, 0);
  }
  context.stroke();
  return data(context);
}

function dots(): ImageData {
  const context = canvas(6, 6);
  context.fillStyle = palette().ink3;
  context.globalAlpha = 0.55;
  context.beginPath();
  context.arc(3, 3, 0.9, 0, 7);
  context.fill();
  return data(context);
}

function port(): ImageData {
  const context = canvas(11, 11);
  context.fillStyle = palette().surface;
  context.strokeStyle = palette().modes.sea;
  context.lineWidth = 1.4;
  context.beginPath();
  context.rect(1.5, 1.5, 8, 8);
  context.fill();
  context.stroke();
  return data(context);
}

function airfield(): ImageData {
  const context = canvas(11, 11);
  context.fillStyle = palette().surface;
  context.strokeStyle = palette().modes.air;
  context.lineWidth = 1.4;
  context.beginPath();
  context.moveTo(5.5, 1.2);
  context.lineTo(10, 9.5);
  context.lineTo(1, 9.5);
  context.closePath();
  context.fill();
  context.stroke();
  return data(context);
}
