// Signing in: one request, then the desk.
const form = document.getElementById("sign-in");
const said = document.getElementById("said");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  said.textContent = "";
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    const answer = await fetch("/api/session", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(Object.fromEntries(new FormData(form))),
    });
    if (answer.ok) {
      location.assign("/");
      return;
    }
    const words = await answer.json();
    said.textContent = typeof words.error === "string" ? words.error : "that could not be read";
  } catch {
    said.textContent = "The desk does not answer. Try again in a moment.";
  }
  button.disabled = false;
});
