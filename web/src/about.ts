// Sources and method: where every number comes from, how the answer was made, and how to repeat it.

import { inWords, number } from "./clock";
import { type Factor, group, page, type Source } from "./data";
import { h, scroller, section } from "./dom";
import { address, figure, gradeButton, GRADES } from "./source";
import { type Column, table } from "./table";

const plain = (word: string): string => word.replaceAll("_", " ");
const usedBy = group(page.used, (row) => row.source);

const SOURCES: Column<Source>[] = [
  { head: "Source", value: (row) => row.title, class: "words", cell: (row) => row.title },
  { head: "Where", value: (row) => row.where, cell: (row) => h("span", { class: "where" }, address(row.where ?? "")) },
  { head: "Licence", value: (row) => row.licence, cell: (row) => row.licence },
  { head: "Read", class: "nowrap", value: (row) => row.retrieved, cell: (row) => row.retrieved ?? "" },
  { head: "Gives", value: (row) => total(row), class: "words", cell: (row) => (usedBy.get(row.source) ?? [])
    .map((u) => `${plain(u.table)} (${number(u.rows)})`).join(", ") },
  { head: "Grade-C numbers", value: (row) => weak(row), number: true, cell: (row) =>
    (weak(row) ? h("span", { class: "grade-c" }, number(weak(row))) : "") },
  { head: "Grade", value: (row) => row.grade, cell: (row) => gradeButton(row_(row), () => ({
    title: row.title, value: `Grade ${row.grade}`, inputs: [{ what: row.source, value: row.title, source: row.source,
      grade: row.grade, note: row.note }] })) },
];

const row_ = (row: Source) => ({ source: row.source, grade: row.grade, note: row.note });
const total = (row: Source): number => (usedBy.get(row.source) ?? []).reduce((sum, u) => sum + u.rows, 0);
const weak = (row: Source): number => (usedBy.get(row.source) ?? []).reduce((sum, u) => sum + u.grade_c_numbers, 0);

const FACTORS: Column<Factor>[] = [
  { head: "Planning factor", value: (row) => row.factor, cell: (row) => plain(row.factor) },
  { head: "Value", value: (row) => row.value, number: true, cell: (row) => figure(number(row.value), row.grade,
    () => ({ title: plain(row.factor), value: `${number(row.value)} ${row.unit}`,
      inputs: [{ ...row, what: plain(row.factor), value: `${number(row.value)} ${row.unit}` }] }), true) },
  { head: "Unit", cell: (row) => row.unit },
  { head: "Range", number: true, cell: (row) => (row.low === null && row.high === null ? ""
    : `${row.low === null ? "?" : number(row.low)} to ${row.high === null ? "?" : number(row.high)}`) },
  { head: "Used for", class: "words", cell: (row) => row.note ?? "" },
  { head: "Grade", value: (row) => row.grade, cell: (row) => gradeButton(row, () => ({ title: plain(row.factor),
    value: `${number(row.value)} ${row.unit}`, inputs: [{ ...row, what: plain(row.factor),
      value: `${number(row.value)} ${row.unit}` }] })) },
];

export function sources(): HTMLElement {
  const used = page.sources.filter((source) => usedBy.has(source.source)).sort((a, b) => total(b) - total(a));
  const counts = page.summary.sources;
  return section("sources", "Sources", `${used.length} sources stand behind this answer. ` +
    `${number(counts.grade_c_numbers_used)} of the numbers it rests on are assumptions that nobody has yet seen in a source.`,
  h("dl", { class: "grades" }, ...Object.entries(GRADES).map(([grade, words]) =>
    h("div", {}, h("dt", {}, h("span", { class: `grade grade-${grade.toLowerCase()}` }, grade)),
      h("dd", {}, words, grade === "C" ? h("span", {}, ", shown ", h("span", { class: "num grade-c" }, "like this")) : null)))),
  scroller(table(SOURCES, used, "Sources used, and what each gives (rows)"), "Sources"),
  h("details", {}, h("summary", {}, `${page.factors.length} planning factors`),
    scroller(table(FACTORS, page.factors, "Planning factors"), "Planning factors")),
  page.contingencies.length ? h("details", {}, h("summary", {}, `${page.contingencies.length} contingencies rehearsed`),
    contingencies()) : null);
}

function contingencies(): HTMLElement {
  return scroller(table([
    { head: "Contingency", value: (c) => c.name, class: "words", cell: (c) => c.name },
    { head: "Strikes", value: (c) => c.kind, cell: (c) => `${plain(c.kind)} ${c.target}${c.mode ? `, ${c.mode}` : ""}` },
    { head: "Probability", value: (c) => c.probability, number: true, cell: (c) => figure(
      `${number(100 * c.probability)} %`, c.grade, () => ({ title: c.name, value: `${number(100 * c.probability)} % of runs`,
        inputs: [{ ...c, what: c.name, value: `${c.distribution} ${c.parameters}` }] }), true) },
    { head: "Length or factor", cell: (c) => `${c.distribution} ${c.parameters}` },
    { head: "Grade", value: (c) => c.grade, cell: (c) => gradeButton(c, () => ({ title: c.name,
      value: `${c.distribution} ${c.parameters}`, inputs: [{ ...c, what: c.name, value: c.parameters }] })) },
  ], page.contingencies, "What is rehearsed"), "Contingencies");
}

export function method(): HTMLElement {
  const { head, summary } = page;
  const weights = Object.entries(head.objective).map(([name, value]) => `${name} ${number(value)}`).join(", ");
  const fact = (label: string, value: string): HTMLElement => h("div", {}, h("dt", {}, label), h("dd", {}, value));
  return section("method", "Method", "What the program did, and the commands that repeat it.",
    h("div", { class: "columns wide" },
      h("div", {}, ...[head.summary, ...PARAGRAPHS].map((text) => h("p", {}, text))),
      h("div", {}, h("dl", { class: "facts" },
        fact("Scenario", head.name), fact("Clearance phase", head.phase),
        fact("Rule packs", head.rules.map(plain).join(", ")), fact("Objective weights", weights),
        fact("Seed", String(summary.seed)), fact("Iterations", number(head.iterations)),
        fact("Rehearsals", `${number(summary.rehearsal.runs)}, policy: ${summary.rehearsal.policy}`),
        fact("Program", `standto ${head.version}`)),
      h("h3", {}, "Proofs of the lower bound"),
      h("ul", { class: "plain" }, ...page.bounds.map((b) => h("li", {}, h("b", {}, `${plain(b.measure)}: `),
        `${b.measure === "closure" ? inWords(b.value) : `${number(b.value)} weighted minutes`}, ${b.proved_by}`))),
      h("h3", {}, "Repeat it"), h("pre", {}, `${head.command}\nstandto verify response/ledger.jsonl`))),
    licences());
}

const PARAGRAPHS = [
  "Every requirement line is split into packets that fit their lift. A packet rides legs by road, rail, sea or air " +
  "over the network drawn on the map, and occupies what it uses for as long as it uses it: vehicles, trains, ships and " +
  "aircraft, berths, ramps and apron, and a share of every link's daily capacity. It waits for its clearance at each " +
  "border and for the change of gauge. The rules are applied before solving: a country that has not consented is not " +
  "on the packet's map at all.",
  "The search improves the order in which packets are served, and keeps the best schedule. What the rules say of it is " +
  "worked out afterwards from the legs alone, apart from the limits that the search was given. An audit that shares no " +
  "code with the search has checked every leg against the network, the lift and the plan; a schedule that fails it is " +
  "not shown. The lower bound is " +
  "proved apart from the search too: whatever anybody plans under the same rules, no closure is earlier.",
  "The rehearsal replays the schedule against drawn contingencies, the same draws for every variant that is compared. " +
  "P50 is the closure that half of the runs reach, P95 that nineteen runs in twenty reach.",
  "Limits: this is a planning model on open data. It holds no secret figure and no data on anybody's combat strength. " +
  "A result is as good as the assumptions listed under Sources, and those of grade C are ours.",
];

/** Licences of the packages whose code is in this page. */
function licences(): HTMLElement {
  const text = document.getElementById("licences")?.textContent ?? "[]";
  const packages = JSON.parse(text) as { name: string; version: string; licence: string; text: string }[];
  return h("details", { class: "licences" },
    h("summary", {}, `Licences of the ${packages.length} packages in this page`),
    h("p", {}, "Standto itself: Apache-2.0. Symbols after APP-6D, drawn by milsymbol; map drawn by MapLibre GL JS."),
    ...packages.map((p) => h("details", {}, h("summary", {}, `${p.name} ${p.version}, ${p.licence}`), h("pre", {}, p.text))));
}
