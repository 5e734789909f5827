// The map: ground, network and standings drawn by MapLibre; movements drawn over it, frame by frame.

import maplibregl, { type ExpressionSpecification, type StyleSpecification } from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
import { countryOf, edge, page, placeOf } from "./data";
import { addImages, type Label, labelImage } from "./images";
import { onScheme, palette } from "./palette";

type Feature = GeoJSON.Feature;
const collection = (features: Feature[]): GeoJSON.FeatureCollection => ({ type: "FeatureCollection", features });

interface BaseMap {
  about?: string;
  land?: GeoJSON.FeatureCollection;
  borders?: GeoJSON.FeatureCollection;
  lakes?: GeoJSON.FeatureCollection;
}

const base = (page.baseMap ?? {}) as BaseMap;
export const aboutBaseMap = base.about ?? "";

/** Layers that the reader can show or hide: label, keys of the layers, shown at first. */
export const TOGGLES: { key: string; label: string; layers: string[]; on: boolean }[] = [
  { key: "road", label: "Roads", layers: ["road"], on: true },
  { key: "rail", label: "Railways", layers: ["rail", "rail-ties"], on: true },
  { key: "sea", label: "Sea lanes", layers: ["sea"], on: true },
  { key: "ports", label: "Ports", layers: ["ports"], on: false },
  { key: "airfields", label: "Airfields", layers: ["airfields"], on: false },
  { key: "training", label: "Training areas", layers: ["training"], on: false },
  { key: "standing", label: "Standing of countries", layers: ["standing", "no-consent"], on: true },
  { key: "areas", label: "Areas of the plans", layers: ["plan-areas"], on: true },
  { key: "overlays", label: "Other areas", layers: ["overlays", "overlays-line"], on: true },
  { key: "labels", label: "Place names", layers: ["country-names", "place-names", "town-names"], on: true },
];

/** Land with each country's standing, so that the style can colour it. */
function land(): GeoJSON.FeatureCollection {
  const planned = new Set(page.areas.filter((a) => a.activated).flatMap((a) => a.countries));
  return collection((base.land?.features ?? []).map((feature) => {
    const iso = String(feature.properties?.iso ?? "");
    const country = countryOf.get(iso);
    const properties = { iso, status: country?.status ?? "unlisted", open: country?.open ?? false,
      listed: country !== undefined && country.status !== "unlisted", planned: planned.has(iso) };
    return { ...feature, properties };
  }));
}

function network(): GeoJSON.FeatureCollection {
  const features: Feature[] = [];
  for (const [mode, links] of Object.entries(page.links)) {
    for (const link of links ?? []) {
      const [u, v] = [placeOf.get(link.u), placeOf.get(link.v)];
      if (!u || !v) continue;
      const coordinates = [[u.lon, u.lat], [v.lon, v.lat]];
      features.push({ type: "Feature", properties: { mode, class: link.class },
        geometry: { type: "LineString", coordinates } });
    }
  }
  return collection(features);
}

function points(keys: Iterable<string>, properties: (key: string) => GeoJSON.GeoJsonProperties = () => ({})): GeoJSON.FeatureCollection {
  const features: Feature[] = [];
  for (const key of keys) {
    const place = placeOf.get(key);
    if (place) features.push({ type: "Feature", properties: { place: key, ...properties(key) },
      geometry: { type: "Point", coordinates: [place.lon, place.lat] } });
  }
  return collection(features);
}

/** Size of each country on the base map, in square degrees of its largest part's box. */
const sizes = new Map((base.land?.features ?? []).map((feature) =>
  [String(feature.properties?.iso ?? ""), boxSize(feature.geometry)]));

function boxSize(geometry: GeoJSON.Geometry): number {
  const parts = geometry.type === "MultiPolygon" ? geometry.coordinates
    : geometry.type === "Polygon" ? [geometry.coordinates] : [];
  return Math.max(0, ...parts.map(([ring]) => {
    const [lons, lats] = [ring.map((p) => p[0]), ring.map((p) => p[1])];
    return (Math.max(...lons) - Math.min(...lons)) * (Math.max(...lats) - Math.min(...lats));
  }));
}

/** Countries that get a name: those that have a standing and a shape, and large ones. */
const named = page.countries.filter((country) => {
  const size = sizes.get(country.iso);
  if (size === undefined) return !base.land && country.status !== "unlisted";
  return size > 12 || (country.status === "member" && size > 0.5);
});

function countryLabels(): GeoJSON.FeatureCollection {
  return collection(named.map((country) => ({ type: "Feature",
    properties: { image: `country:${country.iso}`, rank: -(sizes.get(country.iso) ?? 0) },
    geometry: { type: "Point", coordinates: [country.lon, country.lat] } })));
}

function labels(): Label[] {
  return [
    ...named.map((c): Label => ({ id: `country:${c.iso}`, text: c.name, kind: "country" })),
    ...page.places.map((p): Label => ({ id: `place:${p.place}`, text: p.name, kind: "place" })),
  ];
}

const byClass = (main: number, other: number): ExpressionSpecification =>
  ["match", ["get", "class"], ["motorway", "main"], main, other];
const grow = (low: number, high: number, factor: ExpressionSpecification | number = 1): ExpressionSpecification =>
  ["interpolate", ["linear"], ["zoom"], 3, ["*", low, factor], 8, ["*", high, factor]];
/** A dense network steps back while the reader looks at a whole continent. */
const fade: ExpressionSpecification = ["interpolate", ["linear"], ["zoom"], 3, 0.5, 6, 1];

function style(): StyleSpecification {
  const p = palette();
  const of = (mode: string): ExpressionSpecification => ["==", ["get", "mode"], mode];
  const shown = new Map(TOGGLES.flatMap((t) => t.layers.map((layer) => [layer, t.on])));
  const visible = (id: string): { visibility: "visible" | "none" } =>
    ({ visibility: shown.get(id) === false ? "none" : "visible" });
  const stops = page.places.filter((place) => place.stop).map((place) => place.place);
  const towns = page.places.filter((place) => !place.stop && place.kind === "town").map((place) => place.place);
  const training = page.places.filter((place) => place.kind === "training_area");
  return {
    version: 8,
    sources: {
      land: { type: "geojson", data: land(), tolerance: 0.2 },
      lakes: { type: "geojson", data: base.lakes ?? collection([]) },
      borders: { type: "geojson", data: base.borders ?? collection([]), tolerance: 0.2 },
      overlays: { type: "geojson", data: (page.overlays as GeoJSON.FeatureCollection | null) ?? collection([]) },
      network: { type: "geojson", data: network(), tolerance: 0.1 },
      ports: { type: "geojson", data: points(page.ports.map((row) => row.place)) },
      airfields: { type: "geojson", data: points(page.airfields.map((row) => row.place)) },
      training: { type: "geojson", data: points(training.map((place) => place.place)) },
      countries: { type: "geojson", data: countryLabels() },
      towns: { type: "geojson", data: points(towns, (key) => ({ image: `place:${key}` })) },
      stops: { type: "geojson", data: points(stops, (key) => ({ image: `place:${key}` })) },
    },
    layers: [
      { id: "sea-ground", type: "background", paint: { "background-color": p.sea } },
      { id: "land", type: "fill", source: "land", paint: { "fill-color": p.land, "fill-antialias": true } },
      { id: "standing", type: "fill", source: "land", layout: visible("standing"), paint: { "fill-color":
        ["match", ["get", "status"], "member", p.member, "partner", p.partner, "neutral", p.neutral,
          "other", p.other, p.land] } },
      { id: "no-consent", type: "fill", source: "land", layout: visible("no-consent"),
        filter: ["all", ["get", "listed"], ["!", ["get", "open"]]], paint: { "fill-pattern": "hatch" } },
      { id: "lakes", type: "fill", source: "lakes", paint: { "fill-color": p.sea } },
      { id: "overlays", type: "fill", source: "overlays", layout: visible("overlays"),
        paint: { "fill-pattern": "dots" } },
      { id: "overlays-line", type: "line", source: "overlays", layout: visible("overlays-line"),
        paint: { "line-color": p.ink3, "line-width": 0.8, "line-dasharray": [2, 2] } },
      { id: "coast", type: "line", source: "land", paint: { "line-color": p.coast, "line-width": 0.5 } },
      { id: "borders", type: "line", source: "borders", paint: { "line-color": p.border, "line-width": grow(0.7, 1.4) } },
      { id: "plan-areas", type: "line", source: "land", layout: visible("plan-areas"), filter: ["get", "planned"],
        paint: { "line-color": p.accent, "line-width": 1.4, "line-opacity": 0.75 } },
      { id: "sea", type: "line", source: "network", filter: of("sea"), layout: visible("sea"),
        paint: { "line-color": p.modes.sea, "line-width": grow(0.5, 1.2), "line-opacity": 0.4, "line-dasharray": [3, 2.5] } },
      { id: "road", type: "line", source: "network", filter: of("road"), layout: visible("road"),
        paint: { "line-color": p.road, "line-width": grow(0.5, 2.2, byClass(1.3, 0.8)), "line-opacity": fade } },
      { id: "rail", type: "line", source: "network", filter: of("rail"), layout: visible("rail"),
        paint: { "line-color": p.rail, "line-width": grow(0.5, 1.4, byClass(1.2, 0.8)), "line-opacity": fade } },
      { id: "rail-ties", type: "line", source: "network", filter: of("rail"), minzoom: 6, layout: visible("rail-ties"),
        paint: { "line-color": p.rail, "line-width": 4, "line-dasharray": [0.3, 2.2] } },
      { id: "training", type: "circle", source: "training", layout: visible("training"),
        paint: { "circle-radius": 4, "circle-color": "transparent", "circle-stroke-color": p.good, "circle-stroke-width": 1.4 } },
      { id: "airfields", type: "symbol", source: "airfields", layout: { "icon-image": "airfield",
        "icon-allow-overlap": true, ...visible("airfields") } },
      { id: "ports", type: "symbol", source: "ports", layout: { "icon-image": "port",
        "icon-allow-overlap": true, ...visible("ports") } },
      { id: "stops", type: "circle", source: "stops", paint: { "circle-radius": grow(1.6, 3),
        "circle-color": p.surface, "circle-stroke-color": p.ink2, "circle-stroke-width": 1 } },
      { id: "town-names", type: "symbol", source: "towns", minzoom: 6, layout: { "icon-image": ["get", "image"],
        "icon-padding": 8, ...visible("town-names") }, paint: { "icon-opacity": 0.75 } },
      { id: "place-names", type: "symbol", source: "stops", minzoom: 4.2, layout: { "icon-image": ["get", "image"],
        "icon-anchor": "left", "icon-offset": [5, 0], "icon-padding": 3, ...visible("place-names") } },
      { id: "country-names", type: "symbol", source: "countries", maxzoom: 7, layout: {
        "icon-image": ["get", "image"], "icon-padding": 6, "symbol-sort-key": ["get", "rank"],
        ...visible("country-names") } },
    ],
  };
}

/** Bounds of what the plan touches: homes, destinations and every place passed. */
function bounds(): maplibregl.LngLatBounds {
  const box = new maplibregl.LngLatBounds();
  for (const place of page.places) if (place.stop) box.extend([place.lon, place.lat]);
  if (box.isEmpty()) for (const place of page.places) box.extend([place.lon, place.lat]);
  return box.isEmpty() ? new maplibregl.LngLatBounds([-10, 36, 40, 70]) : box;
}

/** Make the map in an element; null where the browser has no WebGL. */
export function makeMap(container: HTMLElement): maplibregl.Map | null {
  const wanted = labels();
  let map: maplibregl.Map;
  try {
    map = new maplibregl.Map({
      container, style: style(), bounds: focus(), fitBoundsOptions: { padding: 36 },
      attributionControl: false, dragRotate: false, pitchWithRotate: false, touchPitch: false,
      maxZoom: 11, minZoom: 1.5, renderWorldCopies: edge > -180, fadeDuration: 0,
      canvasContextAttributes: { preserveDrawingBuffer: true },
    });
  } catch {
    return null;
  }
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new maplibregl.ScaleControl({ unit: "metric" }), "bottom-right");
  const known = new Map(wanted.map((label) => [label.id, label]));
  map.on("styleimagemissing", ({ id }) => {
    const label = known.get(id);
    if (label && !map.hasImage(id)) map.addImage(id, labelImage(label), { pixelRatio: 2 });
  });
  addImages(map);
  onScheme(() => {
    map.setStyle(style(), { diff: false });
    map.once("styledata", () => addImages(map));
  });
  map.getCanvas().setAttribute("aria-label", "Map: arrow keys pan, plus and minus zoom");
  return map;
}

/** The part of the world to open on: where forces go, and the homes around it, but not a home overseas. */
function focus(): maplibregl.LngLatBounds {
  const keys = page.forces.flatMap((force) => [force.home, force.destination ?? force.home]);
  const stops = keys.flatMap((key) => placeOf.get(key) ?? []);
  if (stops.length < 8) return bounds();
  const [west, east] = middle(stops.map((place) => place.lon));
  const [south, north] = middle(stops.map((place) => place.lat));
  return new maplibregl.LngLatBounds([west, south, east, north]);
}

/** Least and greatest of the values, those far from the middle half left out. */
function middle(values: number[]): [number, number] {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))];
  const reach = 0.75 * Math.max(at(0.75) - at(0.25), 3);
  const kept = sorted.filter((v) => v >= at(0.25) - reach && v <= at(0.75) + reach);
  return [kept[0], kept[kept.length - 1]];
}

/** Show or hide the layers of a toggle. */
export function toggle(map: maplibregl.Map, key: string, on: boolean): void {
  const found = TOGGLES.find((t) => t.key === key);
  if (!found) return;
  found.on = on;
  for (const layer of found.layers) {
    if (map.getLayer(layer)) map.setLayoutProperty(layer, "visibility", on ? "visible" : "none");
  }
}
