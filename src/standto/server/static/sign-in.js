// Signing in: by password or by passkey; one request each, then the desk.
import { able, answered } from "./passkey.js";

const form = document.getElementById("sign-in");
const said = document.getElementById("said");
const buttons = form.querySelectorAll("button");

async function post(path, body) {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
  const read = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(typeof read.error === "string" ? read.error : "that could not be read");
  return read;
}

async function enter(work) {
  said.textContent = "";
  for (const button of buttons) button.disabled = true;
  try {
    await work();
    location.assign("/");
  } catch (error) {
    said.textContent = error instanceof TypeError ? "The desk does not answer. Try again in a moment."
      : error instanceof DOMException ? "No passkey was used. You can sign in with your password." : error.message;
  }
  for (const button of buttons) button.disabled = false;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  enter(() => post("/api/session", Object.fromEntries(new FormData(form))));
});
const passkey = document.getElementById("passkey");
passkey.hidden = !able();
passkey.addEventListener("click", () => enter(async () => {
  const options = await post("/api/session/passkey/options", {});
  await post("/api/session/passkey", { credential: await answered(options) });
}));
