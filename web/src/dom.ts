// Small builders of elements. Data only ever becomes text, never markup.

type Child = Node | string | null | undefined | false;
type Attributes = Record<string, string | number | boolean | EventListener | undefined>;

function fill(node: Element, attributes: Attributes, children: Child[]): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children) if (child) node.append(child);
}

/** An HTML element: attributes by name, listeners as `onclick`. */
export function h<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Name] {
  const node = document.createElement(name);
  fill(node, attributes, children);
  return node;
}

/** An SVG element. */
export function s<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[Name] {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  fill(node, attributes, children);
  return node;
}

/** A section of the page with its number and heading. */
export function section(id: string, title: string, lead: string, ...children: Child[]): HTMLElement {
  return h("section", { id, "aria-labelledby": `${id}-title` },
    h("header", { class: "section-head" },
      h("h2", { id: `${id}-title` }, title),
      lead ? h("p", { class: "lead" }, lead) : null),
    ...children);
}

/** A table that scrolls sideways by itself on a narrow screen. */
export function scroller(table: HTMLElement, label: string): HTMLElement {
  return h("div", { class: "scroller", tabindex: "0", role: "region", "aria-label": label }, table);
}
