// The page, top to bottom.

import "./style.css";
import { method, sources } from "./about";
import { utc } from "./clock";
import { closures } from "./closures";
import { page } from "./data";
import { h } from "./dom";
import { gantt } from "./gantt";
import { openingTime, picture } from "./picture";
import { decision, findings, statement } from "./record";
import { situation } from "./situation";
import { installSources } from "./source";
import { setTime } from "./time";

const SECTIONS: [string, string, () => HTMLElement][] = [
  ["picture", "Picture", picture],
  ["schedule", "Schedule", gantt],
  ["closures", "Closures", closures],
  ["situation", "Situation", situation],
  ["decision", "Decision", decision],
  ["findings", "Rules", findings],
  ["statement", "Statement", statement],
  ["sources", "Sources", sources],
  ["method", "Method", method],
];

function masthead(): HTMLElement {
  const { head } = page;
  return h("header", { class: "mast" },
    h("div", {}, h("p", { class: "brand" }, "Standto"),
      h("h1", {}, head.title),
      h("p", { class: "sub" }, `${head.alliance} · C-hour ${utc(0)}`)),
    h("p", { class: "caveat" }, "Analysis on open data. Not an official document of any state or alliance."));
}

function navigation(): HTMLElement {
  const links = SECTIONS.map(([id, label]) => h("a", { href: `#${id}` }, label));
  const nav = h("nav", { "aria-label": "Parts of this page" }, ...links);
  const mark = (): void => {
    const parts = [...document.querySelectorAll<HTMLElement>("main > section")];
    const end = window.innerHeight + window.scrollY >= document.documentElement.scrollHeight - 4;
    const seen = end ? parts.at(-1) : parts.filter((part) => part.getBoundingClientRect().top < 160).at(-1) ?? parts[0];
    for (const link of links) {
      if (link.hash === `#${seen?.id}`) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  };
  window.addEventListener("scroll", mark, { passive: true });
  queueMicrotask(mark);
  return nav;
}

document.title = `${page.head.title} · Standto`;
const app = document.getElementById("app")!;
app.append(
  h("a", { class: "skip", href: "#picture" }, "Skip to the picture"),
  masthead(), navigation(),
  h("main", {}, ...SECTIONS.map(([, , make]) => make())),
  h("footer", {}, `standto ${page.head.version} · ${page.head.command}`));
installSources();
setTime(openingTime());
