// The reports: statements as a machine proposes them, the raw text, and what people decide on each.
import { ask, h, plain, put } from "./ask.js";
import { signAndSend, signsHere } from "./own-key.js";

const dialog = document.getElementById("reports");
const KINDS = ["direct", "mixed", "indirect", "document", "hearsay", "narration"];
const SHOWN = [["open", "To decide"], ["all", "All statements"], ["narration", "with narration"]];
let log = null;
let chosen = null;
let shown = "open";
let stretch = null;
let said = "";
let user = null; // as the desk last told: a key may change hands while the dialog is open

/** The card at the side; the log itself is asked for when somebody opens it. */
export function showStatements(state) {
  user = state.user;
  const may = state.may.includes("read the statements");
  document.getElementById("statements-card").hidden = !may;
  if (!may || document.querySelector("#statements button")) return;
  put("statements", h("p", { class: "muted small" }, "What the reports say, who said it, and what people have confirmed."),
    h("button", { id: "open-reports", onclick: () => open(state) }, "Open the reports"));
}

async function open(state) {
  if (!dialog.open) dialog.showModal();
  dialog.replaceChildren(h("p", { class: "muted" }, "Reading the reports …"));
  try { log = await ask("/api/statements"); said = ""; } catch (error) { said = error.message; }
  draw(state);
}

const one = () => log.statements.find((statement) => statement.key === chosen);
const wanted = (statement) => shown === "narration" || (statement.kind !== "narration" && (shown === "all" || statement.status === "proposed"));

function draw(state) {
  if (!log) { dialog.replaceChildren(h("p", { class: "said" }, said), closing()); return; }
  const list = log.statements.filter(wanted);
  if (!one() || !list.includes(one())) { chosen = list[0]?.key ?? null; stretch = null; }
  const left = log.statements.filter((s) => s.kind !== "narration" && s.status === "proposed").length;
  dialog.replaceChildren(
    h("header", { class: "row" }, h("h2", {}, "Reports ", h("small", {}, `${left} statements to decide on · proposed by ${log.parser}`)),
      h("select", { "aria-label": "Which statements", onchange: (event) => { shown = event.target.value; draw(state); } },
        SHOWN.map(([value, words]) => h("option", { value, selected: value === shown }, words))), closing()),
    h("div", { class: "reading" },
      h("ol", { class: "statements", "aria-label": "Statements" }, list.map((statement) => item(statement, state)),
        list.length ? null : h("li", { class: "muted" }, "Nothing is left to decide.")),
      h("div", { class: "reader" }, one() ? [decision(one(), state), ...text(one())] : null)));
  dialog.querySelector("mark.chosen")?.scrollIntoView({ block: "center" });
}

const closing = () => h("button", { class: "close", onclick: () => dialog.close() }, "Close");
const BADGES = { accepted: "good", edited: "good", rejected: "bad", proposed: "" };

function item(statement, state) {
  const pick = () => { chosen = statement.key; stretch = null; said = ""; draw(state); };
  return h("li", { class: statement.key === chosen ? "chosen" : null },
    h("button", { type: "button", "data-statement": statement.id, "aria-pressed": String(statement.key === chosen), onclick: pick },
      h("span", { class: `badge ${BADGES[statement.status]}` }, statement.status), statement.grade ? h("span", { class: "badge" }, statement.grade) : null,
      h("b", {}, statement.speaker ?? statement.speaker_as_written ?? "not named"), ` ${plain(statement.kind).toLowerCase()} · ${statement.id}`,
      h("q", {}, statement.exact)));
}

/** What a person may do with the statement, and what has been done. */
function decision(statement, state) {
  const may = state.may.includes("decide on statements");
  const { status, proposed } = statement;
  return h("form", { class: "decision", onsubmit: (event) => { event.preventDefault(); send(statement, event.submitter.value, event.target, state); } },
    h("p", {}, h("b", {}, statement.speaker ?? statement.speaker_as_written ?? "not named"), statement.cue ? ` ${statement.cue}: ` : ": ", h("q", {}, words(statement))),
    h("p", { class: "muted small" }, [plain(statement.kind), statement.said_at, ...statement.codes, ...statement.flags.map((flag) => flag.replaceAll("_", " "))].filter(Boolean).join(" · ")),
    status === "proposed" ? null : h("p", { class: "words" }, `${plain(status)} by ${statement.person ?? statement.decided_by}, ${statement.decided_at}, entry ${statement.entry}`, statement.why ? `: ${statement.why}` : ""),
    status === "edited" ? h("p", { class: "muted small" }, `Proposed by ${statement.by}: ${proposed.speaker ?? "not named"} (${proposed.kind}): `, h("q", {}, proposed.exact)) : null,
    may ? fields(statement) : h("p", { class: "muted small" }, "Your role reads; chair, commander, adviser and facilitator decide."),
    h("p", { class: "said", role: "alert" }, said));
}

const words = (statement) => stretch ? letters(statement).slice(stretch.start, stretch.end).join("") : statement.exact;
const letters = (statement) => Array.from(log.reports.find((report) => report.id === statement.report).text);

function fields(statement) {
  const choice = (name, options, value, label) => h("label", {}, label, h("select", { name }, options.map(([key, text]) => h("option", { value: key, selected: key === value }, text))));
  const grades = [["", "not graded"], ..."ABCDEF".split("").flatMap((letter) => "123456".split("").map((digit) => [letter + digit, letter + digit]))];
  return [
    h("div", { class: "row" },
      choice("grade", grades, statement.grade ?? "", `Admiralty grade (proposed ${statement.proposed_grade ?? "F6"})`),
      choice("kind", KINDS.map((kind) => [kind, plain(kind)]), statement.kind, "Kind"),
      h("label", {}, "Speaker", h("input", { name: "speaker", value: statement.speaker ?? "", maxlength: 200 })),
      h("label", { class: "grow" }, "Why", h("input", { name: "why", maxlength: 1000, placeholder: "one sentence; needed to edit or reject" }))),
    h("p", { class: "muted small" }, "To change the words, select them in the text below: what is recorded is always the report's own."),
    h("div", { class: "row" }, h("button", { class: "primary", value: "accept" }, "Accept"), h("button", { value: "edit" }, "Edit"), h("button", { class: "danger", value: "reject" }, "Reject"))];
}

/** Only what differs from the statement as it was proposed is sent with an edit. */
function changes(statement, data) {
  const { proposed } = statement;
  const made = {};
  const { start, end } = stretch ?? statement;
  if (start !== proposed.start) made.start = start;
  if (end !== proposed.end) made.end = end;
  if (data.get("kind") !== proposed.kind) made.kind = data.get("kind");
  const speaker = data.get("speaker").trim();
  if (speaker && speaker !== (proposed.speaker ?? "")) made.speaker = speaker;
  return made;
}

const TYPES = { accept: "statement_accepted", edit: "statement_edited", reject: "statement_rejected" };
const CHANGED = ["start", "end", "kind", "speaker"];

/** Whether an entry says the decision that was chosen, and no more, before this browser signs it. */
function saysDecision(entry, body) {
  const made = entry.changes ?? {};
  return entry.type === TYPES[body.act] && entry.key === body.statement && (entry.grade ?? null) === (body.grade ?? null)
    && (entry.why ?? "") === (body.why ?? "").trim() && Object.keys(made).every((name) => CHANGED.includes(name))
    && CHANGED.every((name) => (made[name] ?? null) === (body[name] ?? null));
}

async function send(statement, act, form, state) {
  const data = new FormData(form);
  const body = { statement: statement.key, act, why: data.get("why"), grade: data.get("grade") || null };
  if (act === "reject") delete body.grade;
  try {
    const sent = act === "edit" ? { ...body, ...changes(statement, data) } : body;
    await (signsHere(user) ? signAndSend(sent, user, "/api/statements", saysDecision) : ask("/api/statements", "POST", sent));
    said = "";
    stretch = null;
    const list = log.statements.filter(wanted);
    const next = list[list.findIndex((s) => s.key === statement.key) + 1];
    if (shown === "open") chosen = next?.key ?? null;
    log = await ask("/api/statements");
  } catch (error) { said = error.message; }
  draw(state);
}

/** The raw text of the report, with its statements marked and the chosen one most of all. */
function text(statement) {
  const report = log.reports.find((r) => r.id === statement.report);
  const all = Array.from(report.text);
  const cuts = log.statements.filter((s) => s.report === report.id && s.kind !== "narration" && s.status !== "rejected")
    .flatMap((s) => s.parts.map(([start, end]) => ({ start, end, name: "said" })));
  const own = stretch ? [[stretch.start, stretch.end]] : statement.parts;
  cuts.push(...own.map(([start, end]) => ({ start, end, name: "chosen" })));
  const edges = [...new Set([0, all.length, ...cuts.flatMap((cut) => [cut.start, cut.end])])].sort((a, b) => a - b);
  const pieces = edges.slice(0, -1).map((start, n) => {
    const piece = all.slice(start, edges[n + 1]).join("");
    const names = cuts.filter((cut) => cut.start <= start && start < cut.end).map((cut) => cut.name);
    const made = names.length ? h("mark", { class: names.join(" ") }, piece) : h("span", {}, piece);
    made.dataset.start = start;
    return made;
  });
  const raw = h("div", { class: "raw", tabindex: "0", "aria-label": "Text of the report", onmouseup: () => select(raw, statement), onkeyup: () => select(raw, statement) }, pieces);
  return [h("p", { class: "muted small" }, [report.title || report.name, ...report.dates, `SHA-256 ${report.sha256.slice(0, 12)}…`].join(" · ")), raw];
}

/** Words that somebody selects become the stretch of an edit; offsets count code points. */
function select(raw, statement) {
  const range = document.getSelection();
  if (!range.rangeCount || range.isCollapsed || !raw.contains(range.anchorNode) || !raw.contains(range.focusNode)) return;
  const ends = [place(range.anchorNode, range.anchorOffset), place(range.focusNode, range.focusOffset)].sort((a, b) => a - b);
  if (ends[0] === ends[1]) return;
  stretch = { start: ends[0], end: ends[1] };
  const quoted = dialog.querySelector(".decision q");
  if (quoted) quoted.textContent = words(statement);
}

function place(node, offset) {
  const piece = node.parentElement.closest("[data-start]");
  return Number(piece.dataset.start) + Array.from(node.textContent.slice(0, offset)).length;
}
