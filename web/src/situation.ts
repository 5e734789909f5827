// The situation log: who said what, when; where reports differ; the words as they stand in the report.

import { counted, number } from "./clock";
import {
  type Difference, group, page, type Report, reportOf, type Span, type Statement, statementOf,
} from "./data";
import { h, section } from "./dom";

const log = page.situation;
const KINDS: Record<string, string> = {
  direct: "in their own words", mixed: "partly in their own words", indirect: "reported",
  document: "document", hearsay: "hearsay", narration: "the report itself",
};
const grades = group(log.grades, (grade) => grade.statement);
const nameOf = new Map(log.originators.map((originator) => [originator.id, originator.name]));

export function situation(): HTMLElement {
  const { situation: counts } = page.summary;
  const reader = h("div", { class: "reader", id: "reader", "aria-live": "polite" });
  const open: Open = (report, ...at) => showReport(reader, report, at);
  if (log.reports.length) open(log.reports[0].id);
  return section("situation", "The situation log",
    `${counted(counts.reports, "report")}, ${counted(counts.statements, "statement")}, ` +
    `${counted(counts.agreements, "agreement")}, ${counted(counts.differences, "difference")}. ` +
    "Wording is quoted, never adopted.",
    log.differences.length ? differences(open) : null,
    h("div", { class: "log" }, statements(open), reader),
    h("div", { class: "columns" }, framings(open), originators()));
}

type Open = (report: string, ...at: Span[]) => void;

function spokenBy(statement: Statement): string {
  const written = statement.speaker_as_written;
  if (statement.speaker) return nameOf.get(statement.speaker) ?? statement.speaker;
  if (statement.speaker_how === "outlet" || statement.kind === "narration") return outlet(statement.report);
  if (!written) return "not named";
  return statement.speaker_how === "pronoun" ? `\u201c${written}\u201d, not resolved` : written;
}

/** How the report itself names the speaker, where that is another word than the name shown. */
function asWritten(statement: Statement): string {
  const { speaker, speaker_as_written: written } = statement;
  return speaker && written && !written.includes(spokenBy(statement)) ? ` (\u201c${written}\u201d)` : "";
}

const outlet = (report: string): string =>
  reportOf.get(report)?.publisher || reportOf.get(report)?.title || reportOf.get(report)?.path || report;

const BASIS: Record<string, string> = { relative: ", from its wording", inferred: ", inferred" };

/** Time as the log knows it: `2022-02-24`, `by 2022-02-24` or `2022-02-24 to 2022-02-25`. */
function timeOf(statement: Statement): string {
  if (!statement.said_at) return "time not known";
  const [from, to] = statement.said_at.replaceAll("T", " ").split("/");
  const when = to === undefined ? from : from === ".." ? `by ${to}` : to === ".." ? `from ${from}` : `${from} to ${to}`;
  return when + (BASIS[statement.said_at_basis] ?? "");
}

function statements(open: Open): HTMLElement {
  const said = log.statements.filter((statement) => statement.kind !== "narration");
  const narrated = log.statements.length - said.length;
  const list = h("ol", { class: "statements" });
  const box = h("input", { type: "checkbox" });
  const search = h("input", { type: "search", placeholder: "Find words or a speaker", "aria-label": "Find in the log" });
  const fill = (): void => {
    const wanted = search.value.trim().toLowerCase();
    const shown = (box.checked ? log.statements : said).filter((statement) => !wanted ||
      `${spokenBy(statement)} ${statement.exact}`.toLowerCase().includes(wanted));
    const ordered = [...shown].sort((a, b) => sortable(a).localeCompare(sortable(b)));
    list.replaceChildren(...ordered.slice(0, 400).map((statement) => statementItem(statement, open)));
  };
  box.addEventListener("change", fill);
  search.addEventListener("input", fill);
  fill();
  return h("div", { class: "log-list" },
    h("div", { class: "tools" }, search, narrated
      ? h("label", {}, box, `with the reports' own narration (${number(narrated)})`) : null), list);
}

/** What the log is ordered by: the latest time at which it can have been said. */
const sortable = (statement: Statement): string => (statement.said_at ?? "9999").split("/").at(-1)!.replace("..", "9999");

function statementItem(statement: Statement, open: Open): HTMLElement {
  const grade = grades.get(statement.id)?.find((g) => g.claim === "content");
  return h("li", { class: statement.kind },
    h("p", { class: "who-said" }, h("span", {}, h("b", {}, spokenBy(statement)), asWritten(statement)),
      statement.cue ? ` ${statement.cue}` : "", h("span", {}, KINDS[statement.kind] ?? statement.kind),
      h("time", {}, timeOf(statement))),
    h("blockquote", {}, quoted(statement)),
    h("p", { class: "chips" },
      ...statement.codes.map((code) => h("span", { class: "chip" },
        `${code.negated ? "not: " : ""}${code.label}`, code.posture ? h("i", {}, code.posture) : null)),
      grade ? h("span", { class: "chip", title: grade.why }, `${grade.source}${grade.information} proposed`) : null,
      h("button", { type: "button", class: "link", onclick: () => open(statement.report, ...partsOf(statement)) },
        outlet(statement.report))));
}

/** The words of a statement; where the attribution interrupts them, its pieces. */
function quoted(statement: Statement): string {
  const report = reportOf.get(statement.report);
  if (!report || statement.parts.length < 2) return statement.exact;
  const letters = lettersOf(report);
  return statement.parts.map(({ start, end }) => letters.slice(start, end).join("")).join(" \u2026 ");
}

/** Where a statement's words stand: its pieces, or the whole stretch where it has none. */
const partsOf = (statement: Statement): Span[] => statement.parts.length ? statement.parts : [statement];

const lettersKept = new Map<string, string[]>();

/** Offsets count code points, so a text is cut as an array of them. */
function lettersOf(report: Report): string[] {
  const letters = lettersKept.get(report.id) ?? Array.from(report.text);
  lettersKept.set(report.id, letters);
  return letters;
}

/** Difference cards: two wordings side by side, and in what they differ. */
function differences(open: Open): HTMLElement {
  const list = log.differences.slice(0, 60);
  return h("div", { class: "differences" }, h("h3", {}, "Where reports differ"),
    h("div", { class: "cards" }, ...list.map((difference) => differenceCard(difference, open))));
}

function differenceCard(difference: Difference, open: Open): HTMLElement {
  const side = (id: string, words: string, span: Span): HTMLElement => {
    const statement = statementOf.get(id);
    return h("div", {},
      h("p", { class: "who-said" }, h("b", {}, statement ? spokenBy(statement) : id)),
      h("blockquote", {}, statement ? marked(statement.exact, words) : words),
      statement ? h("button", { type: "button", class: "link", onclick: () => open(statement.report, span) },
        outlet(statement.report)) : null);
  };
  return h("article", { class: difference.contradicts ? "card contradicts" : "card" },
    h("h4", {}, difference.contradicts ? `Contradiction: ${difference.aspect}` : `Difference: ${difference.aspect}`),
    h("div", { class: "sides" },
      side(difference.a, difference.a_words, difference.a_span),
      side(difference.b, difference.b_words, difference.b_span)));
}

/** Text with the first occurrence of some words marked. */
function marked(text: string, words: string): Node {
  const at = words ? text.indexOf(words) : -1;
  if (at < 0) return h("span", {}, text, words ? h("mark", {}, ` [${words}]`) : null);
  return h("span", {}, text.slice(0, at), h("mark", {}, words), text.slice(at + words.length));
}

/** The raw text of a report with every statement marked, scrolled to the words asked for. */
function showReport(reader: HTMLElement, id: string, at: Span[]): void {
  const report = reportOf.get(id);
  if (!report) return;
  const choice = h("select", { "aria-label": "Report" }, ...log.reports.map((other) =>
    h("option", { value: other.id, selected: other.id === id }, other.title || other.path)));
  choice.addEventListener("change", () => showReport(reader, choice.value, []));
  const text = h("div", { class: "raw", tabindex: "0", "aria-label": "Text of the report" }, ...spans(report, at));
  reader.replaceChildren(choice, h("p", { class: "meta" }, facts(report)), text);
  const found = text.querySelector<HTMLElement>(".asked");
  if (found) text.scrollTop = found.offsetTop - text.offsetTop - 60;
}

function facts(report: Report): string {
  const dates = report.dates.map((date) =>
    `${date.label} ${date.value.replace("T", " ")}${date.zone ? ` ${date.zone}` : ""}${date.inferred_from ? ` from ${date.inferred_from}` : ""}`);
  return [report.publisher ?? "", report.path, ...dates, `SHA-256 ${report.sha256.slice(0, 12)}…`].filter(Boolean).join(" · ");
}

/** The text in pieces, marked where a statement stands: each of its parts, not what interrupts it. */
function spans(report: Report, at: Span[]): Node[] {
  const letters = lettersOf(report);
  const cuts: { start: number; end: number; name: string }[] = log.statements
    .filter((statement) => statement.report === report.id && statement.kind !== "narration")
    .flatMap((statement) => partsOf(statement).map(({ start, end }) => ({ start, end, name: `said ${statement.kind}` })));
  cuts.push(...at.map(({ start, end }) => ({ start, end, name: "asked" })));
  const edges = [...new Set([0, letters.length, ...cuts.flatMap((cut) => [cut.start, cut.end])])].sort((a, b) => a - b);
  return edges.slice(0, -1).map((start, n) => {
    const text = letters.slice(start, edges[n + 1]).join("");
    const names = cuts.filter((cut) => cut.start <= start && start < cut.end).map((cut) => cut.name);
    return names.length ? h("mark", { class: names.join(" ") }, text) : document.createTextNode(text);
  });
}

/** Wording that carries a view: quoted once, with who uses it, a neutral gloss and each place. */
function framings(open: Open): HTMLElement | null {
  if (!log.framings.length) return null;
  const alike = new Map<string, typeof log.framings>();
  for (const framing of log.framings) {
    const told = `\0${framing.exact.toLowerCase()}\0${framing.used_by}\0${framing.gloss}`;
    alike.set(told, [...(alike.get(told) ?? []), framing]);
  }
  return h("div", {}, h("h3", {}, "Wording that carries a view"),
    h("ul", { class: "plain" }, ...[...alike.values()].slice(0, 40).map((found) => h("li", {},
      h("q", {}, found[0].exact), ` used by ${found[0].used_by}: ${found[0].gloss} `,
      ...found.flatMap((framing, n) => [n ? ", " : "", h("button", { type: "button", class: "link",
        onclick: () => open(framing.report, framing) }, n ? "and where" : "where")])))));
}

function originators(): HTMLElement | null {
  if (!log.originators.length) return null;
  const ranked = [...log.originators].sort((a, b) => b.statements.length - a.statements.length).slice(0, 20);
  return h("div", {}, h("h3", {}, "Behind the statements"),
    h("table", {}, h("caption", {}, "Many reports of one originator count as one"),
      h("thead", {}, h("tr", {}, ...["Originator", "Kind", "Statements", "Reports"].map((t, n) =>
        h("th", { scope: "col", class: n > 1 ? "number" : undefined }, t)))),
      h("tbody", {}, ...ranked.map((o) => h("tr", {}, h("td", {}, o.name), h("td", {}, o.kind),
        h("td", { class: "number" }, number(o.statements.length)), h("td", { class: "number" }, number(o.reports.length)))))));
}
