// Lessons can be dragged to another place, also in another module. The buttons do the same without this.

const outline = document.querySelector("[data-outline]");
let dragged = null;

for (const row of outline.querySelectorAll("[data-path]")) {
  row.draggable = true;
  row.addEventListener("dragstart", (event) => {
    dragged = row;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", row.dataset.path);
  });
  row.addEventListener("dragend", () => mark(null));
}

for (const module of outline.querySelectorAll("[data-module]")) {
  module.addEventListener("dragover", (event) => {
    if (!dragged) return;
    event.preventDefault();
    mark(under(event) ?? module);
  });
  module.addEventListener("drop", (event) => {
    event.preventDefault();
    if (dragged) send(dragged.dataset.path, module, under(event));
  });
}

/** The lesson above which the dragged one would be put; nothing at the end of a module. */
function under(event) {
  const row = event.target.closest("[data-path]");
  if (!row) return null;
  const box = row.getBoundingClientRect();
  return event.clientY < box.top + box.height / 2 ? row : row.nextElementSibling;
}

function mark(target) {
  for (const marked of outline.querySelectorAll(".is-target")) marked.classList.remove("is-target");
  if (target) target.classList.add("is-target");
  else dragged = null;
}

function send(path, module, before) {
  const rows = [...module.querySelectorAll("[data-path]")].filter((row) => row !== dragged);
  const position = before && before !== dragged ? rows.indexOf(before) : at(module, rows, before);
  const form = document.createElement("form");
  form.method = "post";
  form.action = outline.dataset.outline;
  for (const [name, value] of Object.entries({ path, folder: module.dataset.module, position })) {
    const field = document.createElement("input");
    [field.type, field.name, field.value] = ["hidden", name, value];
    form.append(field);
  }
  document.body.append(form);
  form.submit();
}

/** Dropped on itself it stays; dropped below all, it is the last. */
function at(module, rows, before) {
  if (!before) return rows.length;
  return [...module.querySelectorAll("[data-path]")].indexOf(dragged);
}
