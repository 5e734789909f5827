// Decision, rules, channel and statement: what was decided, what the rules say, what is told.

import { counted, cPlus, number, utc } from "./clock";
import {
  countryName, countryOf, type Entry, type Finding, forceOf, type Grade, type Notice, page,
} from "./data";
import { h, scroller, section } from "./dom";
import { figure, gradeButton, type Origin } from "./source";
import { type Column, table } from "./table";
import { choose, setTime } from "./time";

const plain = (word: string): string => word.replaceAll("_", " ");

function goTo(minute: number): HTMLElement {
  return h("button", { type: "button", class: "link time", title: "Show this time on the map",
    onclick: () => { setTime(minute); toPicture(); } }, cPlus(minute));
}

/** The council's acts as the ledger keeps them; entries that only keep its keys are folded away. */
export function decision(): HTMLElement {
  const { activation, ledger } = page;
  const titles = page.areas.filter((area) => activation.plans.includes(area.plan)).map((area) => area.title);
  const keeping = ledger.filter((entry) => entry.body.act === undefined);
  const acts = ledger.filter((entry) => entry.body.act !== undefined);
  return section("decision", "The decision record",
    `Activated ${utc(activation.decided_min)}: ${(titles.length ? titles : activation.plans).join("; ")}. ` +
    `The decision is bound to version ${activation.version.slice(0, 12)} of the plan, and each entry to the one before it.`,
    h("details", {}, h("summary", {}, `${keeping.length} entries that open the ledger and enrol keys`),
      h("ol", { class: "ledger" }, ...keeping.map((entry) => entryItem(entry, 0)))),
    h("ol", { class: "ledger" }, ...acts.map((entry, n) => entryItem(entry, n + 1))),
    h("p", { class: "note" }, "Check it: ", h("code", {}, "standto verify ledger.jsonl"),
      " proves chain, signatures and procedure; the last entry is ", h("code", { title: activation.ledger_head },
        `${activation.ledger_head.slice(0, 16)}\u2026`), "."));
}

/** One entry. `act` numbers the council's acts from 1, as the statement refers to them; 0 for others. */
function entryItem(entry: Entry, act: number): HTMLElement {
  const { body } = entry;
  const kind = String(body.act ?? body.type ?? "entry");
  const text = typeof body.text === "string" ? body.text : told(body);
  return h("li", { class: act ? kind : "housekeeping", id: act ? `decision-${act}` : undefined },
    h("time", {}, goTo(entry.at_min), h("small", {}, utc(entry.at_min))),
    h("div", {}, h("p", {}, h("b", {}, actor(entry.actor)), " ", h("span", { class: "chip" }, plain(kind)), " ", gradeOf(entry)),
      text ? h("p", {}, text) : null,
      amounts(body.amounts),
      typeof body.deadline === "string" ? h("p", {}, `Deadline ${body.deadline}`) : null,
      h("p", { class: "hash" }, `${entry.n} \u00b7 `, h("code", { title: `SHA-256 ${entry.hash}` }, entry.hash.slice(0, 16)),
        " after ", h("code", { title: entry.previous }, entry.previous.slice(0, 16)))));
}

/** The grade of an act, which opens its source. */
function gradeOf(entry: Entry): HTMLElement | null {
  const { source, grade, text } = entry.body;
  if (typeof source !== "string" || typeof grade !== "string") return null;
  const sourced = { source, grade: grade as Grade };
  return gradeButton(sourced, () => ({ title: plain(String(entry.body.act)), value: utc(entry.at_min),
    inputs: [{ ...sourced, what: actor(entry.actor), value: "", note: typeof text === "string" ? text : null }] }));
}

/** What is required or pledged, in numbers. */
function amounts(value: unknown): HTMLElement | null {
  if (typeof value !== "object" || value === null) return null;
  return h("p", { class: "amounts" }, Object.entries(value).map(([what, count]) => `${String(count)} ${plain(what)}`).join(", "));
}

const actor = (name: string): string => {
  if (countryOf.has(name)) return countryName(name);
  const words = plain(name);
  return words.charAt(0).toUpperCase() + words.slice(1);
};

function told(body: Record<string, unknown>): string {
  const kept = ["title", "holder", "plan", "origin", "key"];
  return kept.filter((k) => typeof body[k] === "string").map((k) => `${k} ${String(body[k])}`).join(", ");
}

const RANK: Record<string, number> = { violated: 0, attention: 1, passed: 2 };

/** What the rules say of every leg and total, each with its number and its article. */
export function findings(): HTMLElement {
  const ordered = [...page.findings].sort((a, b) => (RANK[a.status] ?? 3) - (RANK[b.status] ?? 3));
  const open = ordered.filter((finding) => finding.status !== "passed");
  const passed = ordered.filter((finding) => finding.status === "passed");
  const counts = page.summary.findings;
  return section("findings", "Rules and notices",
    `${counts.violated} violated, ${counts.attention} to look at, ${counts.passed} passed; ` +
    `${counted(page.summary.notices, "notice")} to give.`,
    h("div", { class: "cards" }, ...open.map(findingCard)),
    passed.length ? h("details", { class: "passed", open: !open.length },
      h("summary", {}, `${passed.length} passed`), h("div", { class: "cards" }, ...passed.map(findingCard))) : null,
    page.notices.length ? h("h3", {}, "Notices that fall due") : null,
    page.notices.length ? scroller(table(NOTICES, page.notices, "Notices, times from C-hour",
      (notice, node) => { node.id = `notice-${notice.notice}`; }), "Notices") : null);
}

function origin(finding: Finding): Origin {
  return { title: finding.title, value: amount(finding.number, finding.unit),
    text: `${finding.text} Rule ${finding.rule}, pack ${finding.pack}; ${finding.binding}.`,
    inputs: [{ ...finding, what: finding.article || finding.title, note: null,
      value: finding.limit === null ? finding.basis : `limit ${amount(finding.limit, finding.unit)}` }] };
}

const amount = (value: number | null, unit: string): string =>
  value === null ? "no number" : `${number(value)} ${unit}`.trim();

function findingCard(finding: Finding): HTMLElement {
  const binding = finding.binding && !finding.binding.includes("binding") ? `${finding.binding} binding` : finding.binding;
  const facts = [finding.article, finding.basis, binding].filter(Boolean).join(" \u00b7 ");
  const force = forceOf.get(finding.subject);
  return h("article", { class: `card finding ${finding.status}`, id: `finding-${finding.finding}` },
    h("h4", {}, h("span", { class: `status ${finding.status}` }, plain(finding.status)), finding.title),
    h("p", {}, finding.text),
    h("p", { class: "numbers" },
      finding.number === null ? null : figure(amount(finding.number, finding.unit), finding.grade, () => origin(finding)),
      finding.limit === null ? null : h("span", {}, `limit ${number(finding.limit)}`),
      force ? h("button", { type: "button", class: "link", onclick: () => { choose(force.force); toPicture(); } }, force.name) : null,
      finding.at_min === null ? null : goTo(finding.at_min)),
    h("p", { class: "basis" }, facts, " ", gradeButton(finding, () => origin(finding))));
}

const toPicture = (): void => document.getElementById("picture")?.scrollIntoView();

const NOTICES: Column<Notice>[] = [
  { head: "Due", value: (n) => n.due_min, number: true, cell: (n) => (n.due_min === null ? "" : goTo(n.due_min)) },
  { head: "Event", value: (n) => n.event_min, number: true, cell: (n) => (n.event_min === null ? "" : goTo(n.event_min)) },
  { head: "Kind", value: (n) => n.kind, cell: (n) => plain(n.kind) },
  { head: "To", value: (n) => n.to, cell: (n) => addressees(n.to) },
  { head: "Notice", cell: (n) => n.text, class: "words" },
  { head: "Article", value: (n) => n.article, cell: (n) => `${n.article}${n.basis ? `, ${n.basis}` : ""}` },
  { head: "Status", value: (n) => n.status, cell: (n) => plain(n.status) },
  { head: "Grade", value: (n) => n.grade, cell: (n) => gradeButton(n, () => ({ title: plain(n.kind),
    value: amount(n.number, ""), text: n.text, inputs: [{ ...n, what: n.article, value: n.basis }] })) },
];

/** Country codes as names; any other text as it is. */
function addressees(to: string): string {
  const codes = to.split(/[ ,]+/);
  return codes.every((code) => countryOf.has(code)) ? codes.map(countryName).join(", ") : to;
}

/** The public statement, as `statement.md` holds it. */
export function statement(): HTMLElement {
  return section("statement", "The public statement", "", h("article", { class: "letter" }, ...markdown(page.statement)));
}

/** Headings, paragraphs, lists and tables of plain Markdown; anything else stays text. */
function markdown(text: string): HTMLElement[] {
  const blocks = text.replaceAll("\r\n", "\n").split(/\n\s*\n/).map((block) => block.trim()).filter(Boolean);
  return blocks.flatMap((block) => {
    const lines = block.split("\n");
    const heading = /^(#{1,4})\s+(.*)$/.exec(lines[0]);
    if (heading) {
      const level = heading[1].length < 2 ? "h3" : "h4";
      const rest = lines.slice(1).join("\n").trim();
      return [h(level, {}, ...inline(heading[2])), ...(rest ? markdown(rest) : [])];
    }
    if (lines.every((line) => /^([-*]|\d+\.)\s/.test(line) || /^\s+\S/.test(line))) return [list(lines)];
    if (lines.length > 1 && /^\|?\s*:?-+/.test(lines[1])) return [pipeTable(lines)];
    if (/^(-{3,}|\*{3,})$/.test(block)) return [h("hr")];
    if (lines.every((line) => line.startsWith(">"))) {
      return [h("blockquote", {}, ...inline(lines.map((line) => line.replace(/^>\s?/, "")).join(" ")))];
    }
    return [h("p", {}, ...inline(lines.join(" ")))];
  });
}

function list(lines: string[]): HTMLElement {
  const items: string[] = [];
  for (const line of lines) {
    const item = /^([-*]|\d+\.)\s+(.*)$/.exec(line);
    if (item) items.push(item[2]);
    else items[items.length - 1] += ` ${line.trim()}`;
  }
  return h(/^\d/.test(lines[0]) ? "ol" : "ul", {}, ...items.map((item) => h("li", {}, ...inline(item))));
}

function pipeTable(lines: string[]): HTMLElement {
  const cells = (line: string): string[] => line.replace(/^\||\|$/g, "").split("|").map((cell) => cell.trim());
  return scroller(h("table", {}, h("thead", {}, h("tr", {}, ...cells(lines[0]).map((c) => h("th", { scope: "col" }, ...inline(c))))),
    h("tbody", {}, ...lines.slice(2).map((line) => h("tr", {}, ...cells(line).map((c) => h("td", {}, ...inline(c))))))), "Table");
}

/** Bold, italics, code, and the marks of what a sentence rests on. */
function inline(text: string): (Node | string)[] {
  const parts = text.split(/(\*\*[^*]+\*\*|\*[^*\s][^*]*\*|_[^_\s][^_]*_(?!\w)|`[^`]+`|\[[a-z]+(?: [^\]]+)?\])/);
  return parts.filter(Boolean).map((part) => {
    if (part.startsWith("**") && part.length > 4) return h("strong", {}, part.slice(2, -2));
    if (part.startsWith("`") && part.length > 2) return h("code", {}, part.slice(1, -1));
    if (/^[*_].+[*_]$/.test(part)) return h("em", {}, part.slice(1, -1));
    if (part.startsWith("[")) return basisMark(part.slice(1, -1)) ?? part;
    return part.replace(/\\([\\<>*_`[\]#|])/g, "$1");
  });
}

const PARTS: Record<string, string> = { decision: "decision", finding: "findings", notice: "findings",
  schedule: "closures", plan: "schedule" };

/** `decision 3` as a link to what it names in this page; null when it names nothing. */
function basisMark(mark: string): HTMLElement | null {
  const [kind, ...rest] = mark.split(" ");
  if (!(kind in PARTS)) return null;
  const force = rest[0] === "force" ? forceOf.get(rest[1]) : undefined;
  const label = force ? force.name : `${kind} ${rest.join(" ").split("/")[0]}`.trim();
  const link = h("a", { class: "basis-mark", href: `#${PARTS[kind]}`, title: mark }, label);
  link.addEventListener("click", (event) => {
    const target = document.getElementById(`${kind}-${rest.join(" ")}`);
    if (force) choose(force.force);
    if (!target) return;
    event.preventDefault();
    target.closest("details")?.setAttribute("open", "");
    target.scrollIntoView({ block: "center" });
    target.classList.remove("found");
    void target.offsetWidth;
    target.classList.add("found");
  });
  return link;
}
