// Nothing typed is lost: every word is kept in the browser at once and on the server soon after.
import { ask } from "./ask.js";

let user = "";
let said = () => {};
const waiting = new Map();
const name = (key) => `standto ${user} ${key}`;

function local(key) {
  try { return JSON.parse(localStorage.getItem(name(key))); } catch { return null; }
}
function store(key, text, dirty) {
  try { localStorage.setItem(name(key), JSON.stringify({ text, dirty })); } catch { /* full or forbidden: the server keeps it */ }
}

/** Begin: words of this browser that never reached the server win over the server's. */
export async function begin(who, tell) {
  user = who;
  said = tell;
  const served = await ask("/api/drafts");
  for (const [key, text] of Object.entries(served)) if (!local(key)?.dirty) store(key, text, false);
  await flush();
}
export const kept = (key) => local(key)?.text ?? "";

/** Keep words as they are typed. */
export function keep(key, text) {
  store(key, text, true);
  clearTimeout(waiting.get(key));
  waiting.set(key, setTimeout(() => send(key), 500));
  said("kept in this browser");
}
export function forget(key) { clearTimeout(waiting.get(key)); store(key, "", true); send(key); }

async function send(key) {
  const words = local(key);
  if (!words?.dirty) return;
  try {
    await ask(`/api/drafts/${key}`, "PUT", { text: words.text });
    if (local(key)?.text === words.text) store(key, words.text, false);
    said("kept on the server");
  } catch {
    said("kept in this browser; it goes to the server when it can be reached");
  }
}
/** Send what could not be sent before. */
export async function flush() {
  const prefix = name("");
  for (let n = 0; n < localStorage.length; n += 1) {
    const key = localStorage.key(n);
    if (key?.startsWith(prefix)) await send(key.slice(prefix.length));
  }
}
