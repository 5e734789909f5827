// The desk: one state from the server, shown whole each time it changes; time runs in between.
import { Refused, ask, h, length, plain, put, setToken, verb } from "./ask.js";
import { openAct } from "./forms.js";
import { begin, flush, keep, kept } from "./keep.js";
import { showPasskeys } from "./keys.js";
import { showKeys } from "./own-key.js";
import { showSide } from "./side.js";
import { showStatements } from "./statements.js";

let state = null;
let fetchedAt = 0;
let asking = false;
let again = false;

const can = (what) => state.may.includes(what);
const now = () => Date.parse(state.now) + (performance.now() - fetchedAt) * state.rate;
const clockTime = (stamp) => stamp.replace("T", " ").replace(":00Z", "Z");
const WHAT = { drafted: ["drafted", ""], under_silence: ["under silence", ""], silence_broken: ["silence broken", "bad"], decided: ["decided", "good"], activated: ["activated", "good"] };
const FIRST = ["objection", "silence_passed", "activated", "silence_started", "meeting_decision", "draft_decision", "amendment", "objection_withdrawn", "consultations_called", "vote_for", "vote_against"];

function banner(words, bad = false) {
  const place = document.getElementById("banner");
  place.hidden = !words;
  place.textContent = words;
  place.classList.toggle("bad", bad);
}

async function refresh() {
  if (asking) { again = true; return; }
  asking = true;
  try {
    const seen = state?.record.at(-1)?.n ?? 0;
    const fresh = await ask(`/api/state?after=${seen}`);
    setToken(fresh.csrf);
    fresh.record = [...(state?.record ?? []), ...fresh.record].slice(-200);
    state = fresh;
    fetchedAt = performance.now();
    show();
  } catch (error) {
    if (error instanceof Refused && error.status === 401) ended();
  } finally {
    asking = false;
    if (again) { again = false; refresh(); }
  }
}

function ended() {
  banner("Your session has ended. What you typed is kept; sign in again to go on.", true);
  document.getElementById("link").className = "link lost";
  document.getElementById("link").textContent = "signed out";
  if (!document.getElementById("again")) document.getElementById("banner").append(" ", h("a", { id: "again", href: "/sign-in" }, "Sign in"));
}

function show() {
  document.getElementById("alliance").textContent = state.scenario.alliance;
  document.getElementById("title").textContent = `${state.scenario.title} · ${state.council.title}`;
  document.getElementById("user").textContent = `${state.user.name} · ${state.user.country || plain(state.user.role)}`;
  showTexts();
  showActs();
  showRecord();
  showSide(state, refresh);
  showKeys(state);
  showStatements(state);
  tick();
}

function showTexts() {
  const texts = state.council.decisions.map(text);
  const attacked = state.council.attacked.length ? h("p", { class: "card words bad" }, `Attack reported on ${state.council.attacked.join(", ")}: an attack on one is an attack on all.`) : null;
  const consulted = state.council.consulted.length ? h("p", { class: "muted small" }, `Consultations called by ${state.council.consulted.join(", ")}`) : null;
  const empty = texts.length ? null : h("p", { class: "card empty" }, state.user.role === "observer" ? "Nothing has been released to observers yet." : "No text lies before the council yet.");
  put("texts", attacked, consulted, texts, empty);
}

function text(decision) {
  const [said, colour] = decision.run_out ? ["silence has run out: agreed", "warn"] : WHAT[decision.status];
  const objecting = new Set(decision.objections.map((o) => o.member));
  const seats = decision.seats.map((iso) => h("span", { class: `seat${objecting.has(iso) ? " objects" : ""}${decision.votes[iso] === "vote_for" ? " for" : ""}${iso === state.user.country ? " me" : ""}`, title: objecting.has(iso) ? `${iso} objects` : decision.votes[iso] ?? "silent" }, iso));
  return h("article", { class: `card text ${decision.status}${decision.run_out ? " run_out" : ""}`, "data-key": decision.key },
    h("header", {}, h("span", { class: `badge ${colour}` }, said), h("strong", {}, `${decision.key}`), h("span", { class: "muted" }, ` text ${decision.revision} · ${decision.forum} · ${decision.plans.map((plan) => state.scenario.plans[plan] ?? plan).join("; ")}`)),
    decision.status === "under_silence" ? ring(decision) : null,
    h("blockquote", {}, decision.text),
    h("div", { class: "foot" },
      decision.version ? h("p", { class: "hash", title: "content hash of the forces, lines and loads that the text is about" }, `bound to plan version ${decision.version.slice(0, 16)}`) : null,
      h("div", { class: "seats" }, seats),
      decision.objections.map((o) => h("p", { class: "words bad" }, h("b", {}, o.member), ` objects: ${o.text}`)),
      decision.amended > decision.amendments.length ? h("p", { class: "muted small" }, `${decision.amended - decision.amendments.length} earlier proposals stand in the record`) : null,
      decision.amendments.map((a) => h("p", { class: "words new" }, h("b", {}, a.member), ` proposes: ${a.text}`))));
}

function ring(decision) {
  return h("div", { class: "ring", "data-deadline": decision.deadline, "data-done": decision.run_out ? "yes" : null, "data-from": state.record.findLast((e) => e.act === "silence_started")?.at ?? state.now },
    h("svg", { viewBox: "0 0 120 120", role: "img", "aria-label": "time left under silence" }, h("circle", { class: "track", cx: 60, cy: 60, r: 52 }), h("circle", { class: "run", cx: 60, cy: 60, r: 52 }), h("text", { x: 60, y: 65 }, "")),
    h("p", { class: "muted small" }, `until ${clockTime(decision.deadline)}`));
}

function suggestion(act) {
  const decision = state.council.decisions[0];
  if (act === "draft_decision") return decision?.open ? decision.text : "";
  const key = decision?.key ?? "the text";
  return { silence_started: `${key} stands under silence.`, silence_passed: `Silence on ${key} has passed without an objection.`, activated: `The plans of ${key} are activated.`, meeting_decision: `The council agrees to ${key}.` }[act] ?? "";
}

function showActs() {
  const ready = state.acts.filter((act) => act.ready && useful(act.act));
  const sorted = [...ready].sort((a, b) => rank(a.act) - rank(b.act));
  const buttons = sorted.map((act) => h("button", { "data-act": act.act, title: act.rule, class: act.act === "objection" ? "danger" : sorted[0] === act ? "primary" : null, onclick: () => openAct(act, state, suggestion(act.act), refresh) }, verb(act.act)));
  const silent = state.user.role === "representative" && state.council.decisions[0]?.status === "under_silence" ? h("p", { class: "muted small" }, "To stay silent is to agree; there is nothing to press.") : null;
  document.getElementById("acts-card").hidden = !can("act in the council");
  put("acts", buttons.length ? buttons : h("p", { class: "muted" }, "Nothing to do in your role now."), silent);
}
const rank = (act) => (FIRST.indexOf(act) + 1) || 99;

/** Leaves out what the procedure would surely refuse now; the server judges the rest. */
function useful(act) {
  const decision = state.council.decisions[0];
  const mine = decision?.objections.some((o) => o.member === state.user.country);
  const open = Boolean(decision?.open) && !decision.run_out;
  switch (act) {
    case "objection": return open && !mine;
    case "objection_withdrawn": return open && mine;
    case "amendment": case "moved_forum": case "vote_for": case "vote_against": case "abstained": return open;
    case "meeting_decision": return open && decision.status !== "under_silence" && !(state.council.decides === "consensus" && decision.objections.length);
    case "silence_started": return decision?.status === "drafted" && !decision.objections.length;
    case "silence_extended": return decision?.status === "under_silence" && !decision.run_out;
    case "silence_passed": return Boolean(decision?.run_out);
    case "activated": return Boolean(decision?.run_out) || decision?.status === "decided";
    case "activation_order": case "mandate_limit": case "review": case "stand_down": return state.council.standing.length > 0;
    case "pledge": return Object.keys(state.council.required).length > 0;
    default: return true;
  }
}

function showRecord() {
  const lines = [...state.record].reverse().map((entry) => h("li", {},
    h("span", { class: "n", title: entry.hash }, `#${entry.n}`),
    h("div", {}, h("span", { class: "what" }, `${plain(entry.act)} · ${entry.actor}`), " ", h("time", {}, clockTime(entry.at)), h("div", {}, entry.text))));
  put("record", lines.length ? lines : h("li", {}, h("span"), h("span", { class: "muted" }, "No act is recorded yet.")));
  document.getElementById("head").textContent = state.head ? `${state.entries} entries · head ${state.head.slice(0, 12)}` : "";
}

function tick() {
  if (!state) return;
  const at = now();
  const stamp = new Date(at).toISOString();
  document.getElementById("clock").textContent = stamp.slice(11, 19);
  document.getElementById("day").textContent = `${stamp.slice(0, 10)} · ${state.rate === 0 ? "paused" : state.rate === 1 ? "real time" : `${state.rate} times`}`;
  for (const place of document.querySelectorAll(".ring")) {
    const end = Date.parse(place.dataset.deadline);
    const share = Math.min(1, Math.max(0, (end - at) / Math.max(1, end - Date.parse(place.dataset.from))));
    place.querySelector(".run").setAttribute("stroke-dasharray", `${share * 2 * Math.PI * 52} 999`);
    place.querySelector("text").textContent = length((end - at) / 1000);
    if (at >= end && !place.dataset.done) { place.dataset.done = "yes"; setTimeout(refresh, 300); }
  }
}

function listen() {
  const link = document.getElementById("link");
  const source = new EventSource("/api/events");
  source.addEventListener("open", () => { link.className = "link live"; link.textContent = "live"; banner(""); refresh(); flush(); });
  source.addEventListener("version", refresh);
  source.addEventListener("ended", () => { source.close(); ended(); });
  source.addEventListener("error", () => {
    link.className = "link lost";
    link.textContent = "connection lost";
    banner("The connection is lost. What you type is kept here; the desk is tried again every second.", true);
    if (source.readyState === EventSource.CLOSED) { refresh(); setTimeout(listen, 2000); }
  });
}

document.getElementById("leave").addEventListener("click", async () => {
  await ask("/api/session", "DELETE").catch(() => null);
  location.assign("/sign-in");
});
const notes = document.getElementById("notes");
notes.addEventListener("input", () => keep("notes", notes.value));

await refresh();
if (state) {
  const kinds = (words) => { document.getElementById("kept").textContent = words; };
  await begin(state.user.name, kinds).catch(() => null);
  notes.value = kept("notes");
  setInterval(tick, 250);
  showPasskeys();
  listen();
}
