// Tells whether a file is the certificate that was issued: by its digest, in this browser alone.
// Without this file, or over plain http, the form sends it.

const MOST = 20 * 2 ** 20; // no certificate is larger

const form = document.querySelector("form.drop");
if (globalThis.crypto?.subtle) {
  form.querySelector(".send").hidden = true;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", () => compare(form.file.files[0]));
  for (const kind of ["dragover", "dragleave", "drop"]) form.addEventListener(kind, drag);
}

function drag(event) {
  event.preventDefault();
  form.classList.toggle("is-over", event.type === "dragover");
  if (event.type === "drop") compare(event.dataTransfer.files[0]);
}

async function compare(file) {
  if (!file) return;
  const digest = file.size > MOST ? "" : await sha256(await file.arrayBuffer());
  const { digest: issued, earlier } = form.dataset;
  const answer = digest === issued ? "same" : digest && digest === earlier ? "earlier" : "other";
  for (const one of document.querySelectorAll("[data-answer]")) one.hidden = one.dataset.answer !== answer;
}

async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
