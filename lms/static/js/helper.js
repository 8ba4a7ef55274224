// Opens the forms for pictures and questions over the text, and puts what they write where the cursor is.
// A pasted picture opens its form, too. Part of the editor's script.

const helper = document.getElementById("helper");
const MAKERS = { picture: "new-picture", question: "new-question" };

form.addEventListener("click", (event) => {
  const kind = event.target.closest("button[name=then]")?.value;
  if (!MAKERS[kind]) return;
  event.preventDefault();
  open(address(kind));
});
text.addEventListener("paste", async (event) => {
  const files = [...event.clipboardData.files].filter((file) => file.type.startsWith("image/"));
  if (!files.length || !form.querySelector("button[value=picture]")) return;
  event.preventDefault();
  await open(address("picture"));
  const list = new DataTransfer();
  list.items.add(files[0]);
  helper.querySelector("[name=picture]").files = list.files;
  helper.querySelector("[name=alt]").focus();
});
helper.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link) return;
  event.preventDefault();
  if ("close" in link.dataset) helper.close();
  else open(link.href);
});
helper.addEventListener("close", () => text.focus());
helper.addEventListener("submit", async (event) => {
  event.preventDefault();
  const sent = event.target;
  const isFile = sent.enctype === "multipart/form-data";
  const body = isFile ? new FormData(sent) : new URLSearchParams(new FormData(sent));
  const button = sent.querySelector("button:not([type])");
  button.disabled = true;
  try {
    await save(); // what is made must know what was written
    const headers = { Accept: "application/json, text/html;q=0.5" };
    const answer = await fetch(sent.action, { method: "POST", body, headers, redirect: "error" });
    if (answer.status === 422) return fill(await answer.text());
    if (!answer.ok) throw new Error(answer.statusText);
    const { markdown } = await answer.json();
    helper.close();
    place(markdown);
    save();
  } catch {
    say(form.dataset.lost, "lost");
    helper.close();
  } finally {
    button.disabled = false;
  }
});

function address(kind) {
  return form.action.replace("/files/", `/${MAKERS[kind]}/`);
}

async function open(where) {
  const answer = await fetch(where, { headers: { Accept: "text/html" } });
  fill(await answer.text());
}

function fill(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  helper.replaceChildren(page.getElementById("insert"));
  helper.querySelector(".unscripted")?.remove();
  if (!helper.open) helper.showModal();
  (helper.querySelector("[role=alert]") ?? helper.querySelector("h1")).scrollIntoView();
}

/** Behind the section in which the cursor is: a question ends with the next heading. */
function place(markdown) {
  const from = text.selectionEnd;
  const next = /^#{1,2} /m.exec(text.value.slice(from));
  const isPicture = markdown.startsWith("!");
  const blank = text.value.indexOf("\n\n", from);
  const at = isPicture ? (blank < 0 ? text.value.length : blank) : next ? from + next.index : text.value.length;
  const before = text.value.slice(0, at);
  const gap = before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  text.setSelectionRange(at, at);
  write(`${gap}${markdown.trim()}\n${isPicture || next ? "\n" : ""}`);
}
