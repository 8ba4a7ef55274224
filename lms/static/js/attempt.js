// Saves each answer as it is given. Without this file the Save button does the same.
// An answer is kept in the browser first, so that losing the line or closing the page loses nothing.

const form = document.getElementById("attempt");
const counter = form.elements.namedItem("counter");
const status = document.getElementById("saved");
const key = form.action.replace(/^.*\/(?=attempts\/)/, ""); // the same in every language
const RETRY = 5000; // milliseconds
const KEPT_ALIVE = 60_000; // browsers refuse to finish more than 64 KiB after a page was closed
let timer = 0;
let sending = false;

restore();
form.addEventListener("input", (event) => {
  keep();
  if (event.target.type !== "file") later(/^text/.test(event.target.type) ? 800 : 50);
});
form.addEventListener("submit", () => {
  clearTimeout(timer);
  counter.value = Number(counter.value) + 1; // newer than a save that is still under way
});
window.addEventListener("online", () => later(0));
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden" && localStorage.getItem(key)) send();
});

function later(milliseconds) {
  clearTimeout(timer);
  timer = setTimeout(send, milliseconds);
}

/** Remember what stands in the form, until the server has it. */
function keep() {
  const answers = entries().filter(([name]) => name !== "counter");
  localStorage.setItem(key, JSON.stringify({ counter: Number(counter.value), answers }));
  count();
}

/** Put back what a closed browser or a lost line left behind, unless the server has something newer. */
function restore() {
  const kept = JSON.parse(localStorage.getItem(key) ?? "null");
  if (!kept) return;
  if (kept.counter < Number(counter.value)) return localStorage.removeItem(key);
  for (const field of form.elements) {
    if (!/^q\d/.test(field.name) || /-file$/.test(field.name) || field.type === "file") continue;
    const values = kept.answers.filter(([name]) => name === field.name).map(([, value]) => value);
    if (field.type === "radio" || field.type === "checkbox") field.checked = values.includes(field.value);
    else field.value = values[0] ?? "";
  }
  count();
  later(0);
}

/** Send the whole form; the counter tells the server which of two saves is the newer. */
async function send() {
  if (sending) return later(300);
  sending = true;
  say(form.dataset.saving, "");
  const sent = localStorage.getItem(key);
  const body = new URLSearchParams(entries());
  counter.value = Number(counter.value) + 1; // what is typed from now on is newer than this save
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      headers: { Accept: "application/json" },
      body,
      keepalive: String(body).length < KEPT_ALIVE,
    });
    if (answer.status === 409) return location.assign((await answer.json()).result);
    if (!answer.ok) throw new Error(answer.statusText);
    counter.value = Math.max(Number(counter.value), (await answer.json()).counter + 1);
    if (localStorage.getItem(key) === sent) localStorage.removeItem(key);
    say(`${form.dataset.saved} ${clock()}`, "tick");
  } catch {
    say(form.dataset.kept, "kept");
    later(RETRY);
  } finally {
    sending = false;
  }
}

/** All that is typed or chosen, [name, value]; a file goes with its own button, or when one hands in. */
function entries() {
  return [...new FormData(form)].filter(([, value]) => typeof value === "string");
}

function say(words, state) {
  status.textContent = words;
  status.classList.toggle("is-kept", state === "kept");
}

function clock() {
  return new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
}

/** How many are answered, in the bar and beside the button. */
function count() {
  const names = new Set([...form.elements].map((field) => field.name.match(/^q\d+/)?.[0]).filter(Boolean));
  const given = new Set(entries().filter(([, value]) => value.trim()).map(([name]) => name.match(/^q\d+/)?.[0]));
  given.delete(undefined);
  const open = names.size - given.size;
  document.getElementById("answered").textContent = form.dataset.answered.replace("ANSWERED", given.size).replace("ALL", names.size);
  document.getElementById("open").textContent =
    open === 0 ? form.dataset.openNone : open === 1 ? form.dataset.openOne : form.dataset.openMany.replace("NUMBER", open);
}
