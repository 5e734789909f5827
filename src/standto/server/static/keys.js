// Signing in next time: the user's passkeys, listed, added after the password, taken away.
import { ask, h, put } from "./ask.js";
import { able, made } from "./passkey.js";

let said = "";
const day = (seconds) => new Date(1000 * seconds).toISOString().slice(0, 10);

/** Show the passkeys of whoever is signed in. */
export async function showPasskeys() {
  const known = await ask("/api/passkeys").catch(() => []);
  const list = known.map((key) => h("div", { class: "run-line" }, h("span", { class: "grow" }, `${key.name} · since ${day(key.made)}${key.used ? `, last used ${day(key.used)}` : ", never used"}`),
    h("button", { onclick: () => go(() => ask(`/api/passkeys/${key.id}`, "DELETE")) }, "Take away")));
  const form = h("form", { class: "row", id: "add-passkey", onsubmit: (event) => { event.preventDefault(); add(new FormData(event.target)); } },
    h("input", { name: "name", placeholder: "name, such as phone", required: true, maxlength: 60 }), h("input", { name: "password", type: "password", placeholder: "your password again", required: true, autocomplete: "current-password" }), h("button", {}, "Add a passkey"));
  const hint = h("p", { class: "muted small" }, "Passkeys work where the desk is opened by a name (localhost or its host's), not by an address.");
  put("passkeys", list, able() ? form : hint, said ? h("p", { class: "said" }, said) : null);
}

async function go(work) {
  said = "";
  try { await work(); } catch (error) { said = error instanceof DOMException ? "No passkey was made." : error.message; }
  await showPasskeys();
}
const add = (data) => go(async () => {
  const options = await ask("/api/passkeys/options", "POST", { password: data.get("password") });
  await ask("/api/passkeys", "POST", { name: data.get("name"), credential: await made(options) });
});
