// A key of one's own: made in this browser, which never gives it away, and used to sign acts here.
import { ask, h, put } from "./ask.js";

const ALGORITHM = { name: "Ed25519" };
const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));
let said = "";

/** The browser's own store of keys; what stands in it can sign, but cannot be read out. */
function store(mode, work) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open("standto keys", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("key");
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const asked = work(opening.result.transaction("key", mode).objectStore("key"));
      asked.onsuccess = () => { opening.result.close(); resolve(asked.result); };
      asked.onerror = () => reject(asked.error);
    };
  });
}
const keyOf = (name) => store("readonly", (keys) => keys.get(name));
const keep = (name, key) => store("readwrite", (keys) => keys.put(key, name));

/** Whether any of a user's acts must be signed here. */
export const signsHere = (user) => Object.values(user.keys).some((key) => !key.held_here);

/** Sign an act and send it; another entry that comes first is no reason to give up.
 *  path: where such acts are sent. says: whether an entry's body says what was chosen. */
export async function signAndSend(body, user, path = "/api/acts", says = saysAct) {
  for (let tries = 0; ; tries += 1) {
    const proposed = await ask(`${path}/propose`, "POST", body);
    if (proposed.sign === null) return ask(path, "POST", body);
    const key = await keyOf(proposed.key);
    if (!key) throw new Error(`This browser does not hold the key ${proposed.key}. Act where it is, or open its file under "Your key".`);
    check(bytes(proposed.sign), body, user, says);
    const signature = text(await crypto.subtle.sign(ALGORITHM, key, bytes(proposed.sign)));
    try {
      return await ask(`${path}/sign`, "POST", { signature, request: body.request });
    } catch (error) {
      if (error.status !== 409 || tries >= 5 || !error.message.includes("sign again")) throw error;
    }
  }
}

/** Sign nothing but what was asked for: the entry must say this act, in these words, as this actor. */
function check(signed, body, user, says) {
  const [purpose, line] = new TextDecoder().decode(signed).split("\n");
  const entry = JSON.parse(line);
  const same = purpose === "standto ledger entry 1" && user.actors.includes(entry.actor) && says(entry.body, body);
  if (!same) throw new Error("The desk asked for another act to be signed than the one you chose. Nothing was signed.");
}

const saysAct = (said, body) => said.type === "act" && said.act === body.act && said.text === body.text.trim()
  && (!body.plans?.length || JSON.stringify(said.plans) === JSON.stringify(body.plans));

/** Show whose key signs, and offer to hold it here. */
export function showKeys(state) {
  const card = document.getElementById("own-key-card");
  card.hidden = !state.may.includes("hold its own key");
  if (card.hidden || card.contains(document.activeElement)) return;
  const lines = Object.entries(state.user.keys).map(([holder, key]) => key.held_here
    ? [h("p", {}, `The desk holds ${key.key} and signs for ${holder}.`),
      h("form", { class: "row", "data-holder": holder, onsubmit: (event) => { event.preventDefault(); hold(state.origin, holder, event.target); } },
        h("input", { name: "password", type: "password", placeholder: "your password again", required: true, autocomplete: "current-password" }), h("button", {}, "Hold the key in this browser"))]
    : [h("p", {}, `${key.key ?? "No key"} signs for ${holder}; the desk does not have it.`),
      h("label", { class: "small muted" }, "Open its file in this browser", h("input", { type: "file", accept: ".pem", onchange: (event) => open(event.target.files[0]) }))]);
  put("own-key", lines.flat(), said ? h("p", { class: "said" }, said) : null);
}

async function hold(origin, holder, form) {
  const password = new FormData(form).get("password");
  document.activeElement?.blur();
  try {
    const pair = await crypto.subtle.generateKey(ALGORITHM, false, ["sign", "verify"]);
    const proof = text(await crypto.subtle.sign(ALGORITHM, pair.privateKey, new TextEncoder().encode(`standto key 1\n${origin}\n${holder}\n`)));
    const publicHalf = text(await crypto.subtle.exportKey("raw", pair.publicKey));
    await keep("waiting", pair.privateKey);
    const { key } = await ask("/api/keys", "POST", { holder, public: publicHalf, proof, password });
    await keep(key, pair.privateKey);
    said = `This browser holds ${key}. Should it be lost, the registrar passes the key on with standto keys rotate.`;
  } catch (error) {
    said = error.name === "NotSupportedError" ? "This browser knows no Ed25519 keys." : error.message;
  }
}

async function open(file) {
  try {
    const der = bytes((await file.text()).replace(/-----[^-]+-----|\s/g, ""));
    await keep(file.name.replace(/\.pem$/, ""), await crypto.subtle.importKey("pkcs8", der, ALGORITHM, false, ["sign"]));
    said = `This browser holds ${file.name.replace(/\.pem$/, "")}.`;
  } catch {
    said = `${file.name} is no Ed25519 key; standto keys create makes one.`;
  }
}
