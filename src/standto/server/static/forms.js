// The form of an act: what the act needs beside its words, and the words themselves, kept as typed.
import { Refused, ask, h, verb } from "./ask.js";
import { forget, keep, kept } from "./keep.js";
import { signAndSend, signsHere } from "./own-key.js";

const dialog = document.getElementById("form");
const label = (words, field) => h("label", {}, words, field);
const SILENCES = [["15", "15 minutes"], ["60", "1 hour"], ["180", "3 hours"], ["360", "6 hours"], ["720", "12 hours"], ["1440", "24 hours"], ["4320", "3 days"]];

function fieldsOf(act, state) {
  const council = state.council;
  const decision = council.decisions[0];
  return {
    plans: () => h("fieldset", {}, h("legend", {}, "Plans"), Object.entries(state.scenario.plans).map(([plan, title]) =>
      h("label", { class: "tick" }, h("input", { type: "checkbox", name: "plans", value: plan, checked: decision?.open ? decision.plans.includes(plan) : Object.keys(state.scenario.plans).length === 1 }), `${title} (${plan})`))),
    revises: () => decision?.open ? h("p", { class: "muted small" }, `This takes the place of ${decision.key}, text ${decision.revision}; objections to the old text end with it.`) : null,
    silence: () => label("Silence lasts, from now", h("select", { name: "silence_min" }, SILENCES.map(([value, words]) => h("option", { value, selected: value === "360" }, words)))),
    deadline: () => label("Ends (UTC; may stay empty)", h("input", { name: "deadline", type: "datetime-local" })),
    forum: () => label("Forum", h("select", { name: "forum" }, Object.entries(council.forums).map(([value, words]) => h("option", { value }, words)))),
    subject: () => label("Member attacked", h("select", { name: "subject" }, council.members.map((iso) => h("option", { value: iso }, iso)))),
    amounts: () => label("Numbers, such as brigade=2 frigate=1", h("input", { name: "amounts", required: true, pattern: "\\s*([A-Za-z0-9_.\\-]+=[0-9]+\\s*)+" })),
  };
}

function bodyOf(act, form, request) {
  const data = new FormData(form);
  const body = { act: act.act, text: data.get("text"), request };
  if (act.fields.includes("plans")) body.plans = data.getAll("plans");
  if (act.fields.includes("silence")) body.silence_min = Number(data.get("silence_min"));
  if (data.get("deadline")) body.deadline = `${data.get("deadline")}:00Z`;
  for (const name of ["forum", "subject"]) if (data.get(name)) body[name] = data.get(name);
  if (data.get("amounts")) body.amounts = Object.fromEntries(data.get("amounts").trim().split(/\s+/).map((part) => [part.split("=")[0], Number(part.split("=")[1])]));
  return body;
}

/** Open the form of an act; it closes when the desk has recorded it. */
export function openAct(act, state, suggestion, done) {
  const key = `act.${act.act}`;
  const request = crypto.randomUUID?.() ?? String(Math.random());
  const makers = fieldsOf(act, state);
  const words = h("textarea", { name: "text", rows: 5, required: true, maxlength: 8000, oninput: () => keep(key, words.value) });
  words.value = kept(key) || suggestion;
  const said = h("p", { class: "said", role: "alert" });
  const send = h("button", { class: "primary" }, verb(act.act));
  const form = h("form", { onsubmit: submit },
    h("h2", {}, `${verb(act.act)} · as ${state.user.actors.join(" / ")}`), h("p", { class: "rule" }, act.rule),
    act.fields.map((field) => makers[field]()), label("Words (kept as you type)", words), said,
    h("div", { class: "end" }, h("button", { type: "button", onclick: () => dialog.close() }, "Not now"), send));
  async function submit(event) {
    event.preventDefault();
    send.disabled = true;
    said.textContent = "";
    try {
      const body = bodyOf(act, form, request);
      await (signsHere(state.user) ? signAndSend(body, state.user) : ask("/api/acts", "POST", body));
      forget(key);
      dialog.close();
      done();
    } catch (error) {
      said.textContent = error instanceof Refused || !(error instanceof TypeError) ? error.message : "The connection is lost and nothing is recorded yet. Your words are kept; send again: it is recorded once.";
      send.disabled = false;
    }
  }
  dialog.replaceChildren(form);
  dialog.showModal();
}
