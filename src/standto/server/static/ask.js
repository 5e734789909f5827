// Talking to the desk: one function for every request, and elements without any markup from data.

let csrf = "";
export const setToken = (token) => { csrf = token; };

export class Refused extends Error {
  constructor(status, words) { super(words); this.status = status; }
}

/** The answer's JSON (null when it has none). Throws Refused, or TypeError when nobody answers. */
export async function ask(path, method = "GET", body = undefined, type = "application/json") {
  const headers = method === "GET" ? {} : { "x-csrf-token": csrf };
  if (body !== undefined) headers["content-type"] = type;
  const sent = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
  const answer = await fetch(path, { method, headers, body: sent });
  if (answer.status === 204) return null;
  const read = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(answer.status, words(read) || `the desk answered ${answer.status}`);
  return read;
}

function words(read) {
  if (typeof read.error === "string") return read.error;
  if (Array.isArray(read.detail)) return read.detail.map((d) => `${d.loc.slice(1).join(" ")}: ${d.msg}`).join("; ");
  return "";
}

/** An element: h("p", { class: "muted", onclick: f }, "words", child). Text is text, never markup. */
export function h(tag, properties = {}, ...children) {
  const svg = ["svg", "circle", "text"].includes(tag);
  const made = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "value") made.value = value;
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

export const put = (place, ...children) => document.getElementById(place).replaceChildren(...children.flat().filter(Boolean));
const VERBS = {
  objection: "Object", objection_withdrawn: "Withdraw the objection", amendment: "Propose an amendment", consultations_called: "Call consultations",
  attack_on_member: "Report an attack on a member", member_request: "Make a request", silence_started: "Put under silence", silence_extended: "Extend the silence",
  silence_passed: "State that silence has passed", activated: "Activate", meeting_decision: "Record the meeting's decision", draft_decision: "Circulate a draft",
  moved_forum: "Move to another forum", vote_for: "Vote for", vote_against: "Vote against", abstained: "Abstain", command_request: "Request activation",
  military_advice: "Give military advice", threat_assessed: "Assess the threat", warning_order: "Issue a warning order", request_order: "Issue a request order",
  activation_order: "Issue the activation order", requirements_stated: "State requirements", pledge: "Pledge", readiness_raised: "Raise readiness",
  mandate_limit: "Set a limit", review: "Review", stand_down: "Stand down",
};
/** What a button says that does an act. */
export const verb = (act) => VERBS[act] ?? plain(act);
export const plain = (name) => { const said = name.replaceAll("_", " "); return said[0].toUpperCase() + said.slice(1); };

/** 4 d 03:12:09, counted down. */
export function length(seconds) {
  const left = Math.max(0, Math.floor(seconds));
  const two = (n) => String(n).padStart(2, "0");
  const days = Math.floor(left / 86400);
  return `${days ? `${days} d ` : ""}${two(Math.floor(left / 3600) % 24)}:${two(Math.floor(left / 60) % 60)}:${two(left % 60)}`;
}
