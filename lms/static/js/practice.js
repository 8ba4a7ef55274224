// Checks a practice question without leaving the place. Without this file the page is sent again.

for (const form of document.querySelectorAll("form.practice")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    check(form);
  });
}

async function check(form) {
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
    });
    if (!answer.ok) throw new Error(answer.statusText);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById(form.querySelector("fieldset").id);
    for (const part of [".said", ".row"]) swap(form.querySelector(part), fresh.querySelector(part));
  } catch {
    form.submit(); // the browser says what is wrong
  }
}

/** The old element stays, so that screen readers announce what is new in it. */
function swap(old, fresh) {
  if (fresh) old?.replaceChildren(...fresh.childNodes);
  else old?.remove();
}
