// Saves the text of a file every few seconds, shows what the check says and how it looks, and notices when
// another tab was faster. Without this file the Save button does all of it. One script with tools.js and
// helper.js: what they share stands here.

const form = document.getElementById("editor");
const text = document.getElementById("text");
const version = form.elements.namedItem("version");
const status = document.getElementById("saved");
const clash = document.getElementById("clash");
const key = `studio ${location.pathname.replace(/^\/[a-z]+\//, "")}`; // the same in every language
const PAUSE = 1500; // milliseconds after the last key
const AGAIN = 5000;
const KEPT_ALIVE = 60_000; // browsers refuse to finish more than 64 KiB after a page was closed
let timer = 0;
let sending = null;
let there = text.defaultValue; // what the server has; on a slow line somebody typed before this came

for (const part of document.querySelectorAll(".scripted")) part.hidden = false;
restore();
if (text.value !== there) later(PAUSE);
text.addEventListener("input", () => {
  keep();
  later(PAUSE);
});
form.addEventListener("submit", submit);
window.addEventListener("online", () => later(0));
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && save());
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
  event.preventDefault();
  save(true);
});
document.getElementById("keep-mine").addEventListener("click", () => {
  clash.hidden = true;
  save(true);
});
document.getElementById("take-other").addEventListener("click", () => {
  there = text.value = document.getElementById("theirs").value;
  clash.hidden = true;
  forget();
  say(form.dataset.saved, "");
  refresh();
  text.focus();
});

function later(milliseconds) {
  clearTimeout(timer);
  timer = setTimeout(save, milliseconds);
}

/** Remember the text in this browser until the server has it. */
function keep() {
  try {
    localStorage.setItem(key, JSON.stringify({ version: version.value, text: text.value }));
    return true;
  } catch {
    return false; // full, or shut
  }
}

function forget() {
  try {
    localStorage.removeItem(key);
  } catch {
    // nothing was kept
  }
}

/** What a closed tab or a lost line left behind; when the server has something newer, both are shown. */
function restore() {
  let kept = null;
  try {
    kept = JSON.parse(localStorage.getItem(key));
  } catch {
    // nothing of ours
  }
  if (!kept || kept.text === text.value) return forget();
  const isNewer = kept.version !== version.value;
  if (isNewer) show({ version: version.value, text: text.value });
  text.value = kept.text;
  if (!isNewer) later(0);
}

/** Send the text if it is new; one after the other. */
async function save(isWanted) {
  clearTimeout(timer);
  if (sending) await sending;
  if (!clash.hidden || (text.value === there && isWanted !== true)) return;
  sending = send(text.value);
  await sending;
  sending = null;
}

async function send(sent) {
  say(form.dataset.saving, "");
  const body = new URLSearchParams({ version: version.value, text: sent });
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      headers: { Accept: "application/json" },
      redirect: "error",
      keepalive: String(body).length < KEPT_ALIVE,
      body,
    });
    if (answer.status === 409) return show(await answer.json());
    if (answer.status === 422) return say((await answer.json()).error, "lost");
    if (!answer.ok) throw new Error(answer.statusText);
    version.value = (await answer.json()).version;
    there = sent;
    if (text.value === sent) forget();
    else keep();
    say(`${form.dataset.saved} ${clock()}`, "");
    refresh();
  } catch {
    say(keep() ? form.dataset.kept : form.dataset.lost, "lost");
    later(AGAIN);
  }
}

/** A button that leaves the page waits until the server has everything. */
async function submit(event) {
  const button = event.submitter;
  const leaves = button?.name === "then";
  if (leaves && !sending && text.value === there) return;
  event.preventDefault();
  if (!leaves) clash.hidden = true;
  await save(true);
  if (leaves && text.value === there) form.requestSubmit(button);
}

/** The other text, to be compared; nothing is saved before somebody chose. */
function show(other) {
  version.value = other.version;
  document.getElementById("theirs").value = other.text;
  clash.hidden = false;
  say(form.dataset.clash, "lost");
  clash.scrollIntoView({ block: "nearest" });
}

/** What the check says now, and the preview, each where it stands. */
async function refresh() {
  const [said, seen] = await Promise.all([page(form.dataset.check), page(preview().location.href)]);
  if (said) document.getElementById("check").replaceChildren(...said.body.childNodes);
  if (!seen) return;
  const main = preview().querySelector("main");
  if (main) main.replaceWith(seen.querySelector("main"));
}

function preview() {
  return document.getElementById("preview").contentDocument;
}

async function page(address) {
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" }, redirect: "error" });
    return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  } catch {
    return null; // the next save tries again
  }
}

function say(words, state) {
  status.textContent = words;
  status.classList.toggle("is-kept", state === "lost");
}

function clock() {
  return new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
}
