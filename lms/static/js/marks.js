// What a visitor has done is kept in this browser until they have an account: lessons, never scores.
// Without this file nothing is kept, and the page says so.

const KEY = "done";
const MOST = 300;
const button = document.getElementById("done");
const notice = document.getElementById("kept");

window.addEventListener("pageshow", show); // also when one comes back to a page that the browser had kept
button?.addEventListener("click", () => keep([...kept().filter((mark) => mark !== button.dataset.mark), button.dataset.mark]));
notice?.querySelector("button").addEventListener("click", () => {
  keep(kept().filter((mark) => mark !== button.dataset.mark));
  location.reload();
});

/** Identities such as "course/module/lesson", the newest last. */
function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? [];
  } catch {
    return []; // storage that is shut, or something that is not ours
  }
}

function keep(marks) {
  try {
    localStorage.setItem(KEY, JSON.stringify(marks.slice(-MOST)));
  } catch {
    // a browser that keeps nothing
  }
}

/** The dot of a lesson that is done, and the word for it. */
function show() {
  const marks = new Set(kept());
  if (notice) notice.hidden = !marks.has(button.dataset.mark);
  for (const item of document.querySelectorAll(".tree[data-done] li")) {
    const words = item.querySelector("small");
    const done = item.parentElement.dataset.done;
    const mark = item.querySelector("a").pathname.split("/courses/")[1];
    if (!marks.has(mark) || words.dataset.kept) continue;
    words.dataset.kept = done;
    if (item.classList.contains("is-here")) words.textContent += ` · ${done}`;
    else [item.className, words.textContent] = ["is-done", done];
  }
}
