// Counts the words of an essay as it is typed, and says at once when a file is too large to send.
// Without this file the server says both.

const UNSPACED = /[\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{3134f}]/gu;
const SIGNS_A_WORD = 2;

for (const text of document.querySelectorAll("textarea[data-count]")) {
  const place = document.getElementById(text.dataset.count);
  const count = () => (place.textContent = wordsIn(text.value));
  text.addEventListener("input", count);
  count(); // what a lost line left behind was put back
}

for (const file of document.querySelectorAll("input[type=file][data-most]")) {
  file.addEventListener("change", () => {
    const isTooLarge = file.files[0]?.size > Number(file.dataset.most);
    const said = file.parentNode.querySelector(".error") ?? document.createElement("p");
    said.className = "error";
    said.role = "alert";
    said.textContent = isTooLarge ? file.dataset.tooLarge : "";
    file.before(said);
    file.parentNode.classList.toggle("is-wrong", isTooLarge);
    if (isTooLarge) file.value = "";
  });
}

/** As lms/content/counting.py counts. */
function wordsIn(text) {
  const signs = text.match(UNSPACED)?.length ?? 0;
  const pieces = text.replace(UNSPACED, " ").split(/\s+/);
  return pieces.filter((piece) => /[\p{L}\p{N}]/u.test(piece)).length + Math.ceil(signs / SIGNS_A_WORD);
}
