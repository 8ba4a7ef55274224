// Writes signs into the text, and leads from a message to its line. Part of the editor's script.

document.querySelector(".tools").addEventListener("click", ({ target }) => {
  const button = target.closest("button[type=button]");
  if (button) press(button.dataset);
});
text.addEventListener("keydown", (event) => {
  const sign = { b: "**", i: "*" }[event.key.toLowerCase()];
  if (!sign || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  around(sign, sign);
});
document.getElementById("check").addEventListener("click", (event) => {
  const link = event.target.closest("[data-line]");
  if (!link) return;
  event.preventDefault();
  goTo(Number(link.dataset.line));
});
if (/^#line-\d+$/.test(location.hash)) goTo(Number(location.hash.slice(6)));

function press({ around: sign, before, block, link }) {
  if (sign) around(sign, sign);
  else if (before) lines((row) => before + row);
  else if (block) write(`\n\n> [!${block}]\n> ${chosen().replaceAll("\n", "\n> ")}\n\n`);
  else if (link) around("[", link);
}

function chosen() {
  return text.value.slice(text.selectionStart, text.selectionEnd);
}

/** What is selected, between two signs. */
function around(before, after) {
  const [start, words] = [text.selectionStart, chosen()];
  write(before + words + after);
  text.setSelectionRange(start + before.length, start + before.length + words.length);
}

/** Each line that is selected, changed. */
function lines(change) {
  const start = text.value.lastIndexOf("\n", text.selectionStart - 1) + 1;
  const end = text.value.indexOf("\n", text.selectionEnd);
  text.setSelectionRange(start, end < 0 ? text.value.length : end);
  write(chosen().split("\n").map(change).join("\n"));
}

/** In the place of what is selected; Ctrl-Z takes it back. */
function write(words) {
  text.focus();
  if (document.execCommand("insertText", false, words)) return;
  text.setRangeText(words, text.selectionStart, text.selectionEnd, "end");
  text.dispatchEvent(new Event("input"));
}

/** Select a line, and bring it into view. */
function goTo(number) {
  const rows = text.value.split("\n");
  const start = rows.slice(0, number - 1).join("\n").length + (number > 1);
  text.focus();
  text.setSelectionRange(start, start + (rows[number - 1] ?? "").length);
  text.scrollTop = Math.max(0, heightOf(text.value.slice(0, start)) - text.clientHeight / 2);
  text.scrollIntoView({ block: "nearest" });
}

/** How high the text is up to a place, with lines that are broken as they are here. */
function heightOf(words) {
  const twin = text.cloneNode();
  twin.removeAttribute("id");
  twin.rows = 1;
  twin.className = "twin";
  text.after(twin);
  twin.value = words;
  const height = twin.scrollHeight;
  twin.remove();
  return height;
}
