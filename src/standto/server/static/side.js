// The side of the desk: figures and runs, channel, exercise, messages, ledger.
import { ask, h, plain, put } from "./ask.js";

const hours = (minutes) => (minutes === null || minutes === undefined ? "–" : `${Math.floor(minutes / 1440)} d ${Math.round((minutes % 1440) / 60)} h`);
/** Whether somebody is typing in a part of the page, which then waits with its news. */
const typing = (place) => document.activeElement?.matches("input, select, textarea") && document.activeElement.closest(place);
let verified = null;
let said = "";

export function showSide(state, refresh) {
  const can = (what) => state.may.includes(what);
  const go = (work) => async () => {
    try { said = ""; await work(); } catch (error) { said = error.message; }
    refresh();
  };
  figures(state, can, go);
  channel(state, can, go, refresh);
  steer(state, can, go);
  messages(state);
  ledger(state, can, go);
}

function figures(state, can, go) {
  const done = state.runs.find((run) => run.status === "done");
  const latest = done?.figures ?? {};
  const figure = (value, words) => h("div", { class: "figure" }, h("b", {}, value), h("span", {}, words));
  const gap = typeof latest.gap === "number" ? `${(100 * latest.gap).toFixed(1)} %` : "–";
  const shown = done ? [
    h("div", { class: "figures" }, figure(hours(latest.closure_min), "last arrival (closure)"), figure(hours(latest.closure_lower_bound_min), "no plan can close earlier"), figure(gap, "proven gap of the objective"), figure(hours(latest.rehearsal?.p95_min), "closes so late in 1 of 20 rehearsals"), figure(latest.forces ?? "–", "forces"), figure(latest.findings?.violated ?? "–", "rules violated")),
    h("p", { class: "muted small" }, latest.basis === "this ledger" ? "Computed from the activation in this ledger." : "Computed from the acts that came with the scenario: a preview, not this council's decision."),
    h("div", { class: "row" }, h("button", { class: "primary", id: "open-map", onclick: () => openMap(done.id) }, "Open map and timeline"), can("release to observers") && !done.released ? h("button", { onclick: go(() => ask("/api/release", "POST", { run: done.id })) }, "Release to observers") : null)] : [h("p", { class: "muted" }, "No schedule has been computed yet.")];
  const start = can("start and cancel runs") ? h("form", { class: "row", onsubmit: (event) => { event.preventDefault(); const data = new FormData(event.target); go(() => ask("/api/runs", "POST", { seconds: Number(data.get("seconds")), runs: Number(data.get("runs")), seed: 1 }))(); } },
    h("label", {}, "Seconds ", h("input", { name: "seconds", type: "number", min: 1, max: 600, value: 5 })), h("label", {}, "Rehearsals ", h("input", { name: "runs", type: "number", min: 1, max: 20000, value: 300 })), h("button", { id: "start-run" }, "Compute")) : null;
  const lines = state.runs.slice(0, 6).map((run) => h("div", { class: "run-line" }, h("span", { class: `badge ${{ failed: "bad", done: "good", running: "warn" }[run.status] ?? ""}` }, run.status), h("span", { class: "grow" }, `run ${run.id} · ${run.stage} ${run.words}`),
    can("start and cancel runs") && ["waiting", "running"].includes(run.status) ? h("button", { onclick: go(() => ask(`/api/runs/${run.id}/cancel`, "POST")) }, "Cancel") : null));
  put("figures", shown, lines, said ? h("p", { class: "said" }, said) : null);
  if (start && !document.querySelector("#start form")) put("start", start);
}

function openMap(run) {
  const dialog = document.getElementById("map");
  dialog.querySelector("iframe").src = `/runs/${run}/index.html`;
  dialog.querySelector(".close").onclick = () => dialog.close();
  dialog.showModal();
}

function channel(state, can, go) {
  document.getElementById("channel-card").hidden = !can("read the channel");
  if (!state.channel || typing("#channel")) return;
  const list = state.channel.map((one) => h("div", { class: "words" }, h("b", {}, one.incident), ` ${plain(one.state)} · ${one.acts.at(-1).text}`,
    can("write in the channel") ? h("form", { class: "row", onsubmit: (event) => { event.preventDefault(); const data = new FormData(event.target); go(() => ask("/api/channel", "POST", { incident: one.incident, act: data.get("act"), text: data.get("text"), channel: data.get("by") || null }))(); event.target.reset(); document.activeElement.blur(); } },
      h("select", { name: "act" }, one.next.map((act) => h("option", { value: act }, plain(act)))), h("input", { name: "by", placeholder: "by which line" }), h("input", { name: "text", placeholder: "what was done", required: true }), h("button", {}, "Record")) : null));
  const fresh = can("write in the channel") ? h("form", { class: "row", onsubmit: (event) => { event.preventDefault(); const data = new FormData(event.target); go(() => ask("/api/channel", "POST", { incident: data.get("incident"), act: "draft", text: data.get("text"), wait_min: Number(data.get("wait")) }))(); event.target.reset(); document.activeElement.blur(); } },
    h("input", { name: "incident", placeholder: "key, such as I-1", required: true, pattern: "[A-Za-z0-9_.\\-]{1,60}" }), h("input", { name: "wait", type: "number", min: 0, value: 30, title: "minutes to wait for an answer" }), h("input", { name: "text", placeholder: "what is to be said", required: true }), h("button", {}, "New incident")) : null;
  put("channel", list.length ? list : h("p", { class: "muted" }, "No incident."), fresh, said ? h("p", { class: "said" }, said) : null);
}

function steer(state, can, go) {
  document.getElementById("steer-card").hidden = !can("steer the exercise");
  if (!can("steer the exercise") || typing("#steer")) return;
  const rates = [[0, "Pause"], [1, "1×"], [60, "1 min/s"], [600, "10 min/s"], [3600, "1 h/s"]];
  put("steer",
    h("div", { class: "row" }, rates.map(([rate, words]) => h("button", { class: state.rate === rate ? "primary" : null, "data-rate": String(rate), onclick: go(() => ask("/api/clock", "POST", { rate })) }, words))),
    h("form", { class: "row", onsubmit: (event) => { event.preventDefault(); const to = new FormData(event.target).get("to"); document.activeElement.blur(); go(() => ask("/api/clock", "POST", { to: `${to}:00Z` }))(); } }, h("input", { name: "to", type: "datetime-local", required: true, value: state.now.slice(0, 16), id: "jump-to" }), h("button", { id: "jump" }, "Go ahead to")),
    h("label", { class: "small muted" }, "Injects (CSV: at,to,text)", h("input", { type: "file", accept: ".csv,text/csv", onchange: (event) => { const file = event.target.files[0]; go(async () => ask("/api/injects", "POST", await file.text(), "text/csv"))(); } })),
    said ? h("p", { class: "said" }, said) : null);
}

function messages(state) {
  document.getElementById("injects-card").hidden = !state.injects.length;
  put("injects", [...state.injects].reverse().map((inject) => h("li", {}, h("span", { class: "n" }, inject.entry ? `#${inject.entry}` : "to come"), h("div", {}, h("time", {}, inject.at.slice(0, 16).replace("T", " ")), h("div", {}, inject.text), state.user.role === "facilitator" ? h("small", { class: "muted" }, `to ${inject.to}`) : null))));
}

function ledger(state, can, go) {
  document.getElementById("ledger-card").hidden = !can("export the ledger");
  if (!can("export the ledger")) return;
  put("ledger",
    h("div", { class: "row" }, h("button", { id: "verify", onclick: go(async () => { verified = await ask("/api/verify"); }) }, "Verify"), h("a", { href: "/api/ledger", download: "ledger.jsonl" }, "Export with checkpoint"),
      can("release to observers") ? h("button", { id: "release", onclick: go(() => ask("/api/release", "POST", { entry: state.entries })) }, "Release record to observers") : null),
    can("release to observers") ? h("p", { class: "muted small" }, state.released ? `Observers read up to entry ${state.released}.` : "Observers read nothing yet.") : null,
    verified ? h("div", { id: "verified" }, h("p", { class: `words ${verified.good ? "new" : "bad"}` }, verified.summary), h("p", { class: "hash" }, `registrar ${verified.registrar}`)) : null);
}
