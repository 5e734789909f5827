// APP-6D symbols as images, each code drawn once.

import { app6d, ms } from "milsymbol";
import type { Force } from "./data";
import { isDark } from "./palette";

ms.addIcons(app6d);
ms.setStandard("APP6");

const drawn = new Map<string, string>();

/** Address of the image of a symbol code, at a size in pixels of its frame. */
export function symbolImage(sidc: string, size: number): string {
  const outlineColor = isDark() ? "rgba(206,222,234,.7)" : "rgba(255,255,255,.85)";
  const key = `${sidc}/${size}/${outlineColor}`;
  let address = drawn.get(key);
  if (!address) {
    const svg = new ms.Symbol(sidc, { size, outlineColor, outlineWidth: 4 })
      .asSVG();
    address = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
    drawn.set(key, address);
  }
  return address;
}

/** The symbol of a force, for a table or a list. */
export function symbolOf(force: Force, size = 16): HTMLImageElement {
  const image = new Image();
  image.src = symbolImage(force.sidc, size);
  image.alt = `${force.function}, ${force.echelon ?? force.domain}`;
  image.className = "symbol";
  return image;
}
