// Moves the steps of an order with buttons. Without this file a place is chosen for each of them.

for (const list of document.querySelectorAll("ul.order")) {
  for (const row of list.children) row.append(buttons(list, row));
  list.addEventListener("input", (event) => follow(list, event.target));
  sort(list);
}

function buttons(list, row) {
  const both = list.parentElement.querySelector("template").content.cloneNode(true);
  [...both.querySelectorAll("button")].forEach((button, down) => {
    button.setAttribute("aria-label", `${down ? list.dataset.down : list.dataset.up}: ${words(row)}`);
    button.addEventListener("click", () => {
      number(list); // as they stand: the order shown may be the answer
      const to = place(row) + (down ? 1 : -1);
      if (to >= 0 && to < list.children.length) field(row).value = to;
      field(row).dispatchEvent(new Event("input", { bubbles: true }));
    });
  });
  return both;
}

/** A place was chosen: once every step has one, the step goes there and the others step aside. */
function follow(list, chosen) {
  if (!list.dataset.placed || !chosen.value) return sort(list);
  const row = chosen.closest("li");
  const to = place(row);
  const rows = [...list.children];
  // The row itself is never taken out of the document, so it keeps the focus.
  for (let at = rows.indexOf(row); at > to; at--) row.after(rows[at - 1]);
  for (let at = rows.indexOf(row); at < to; at++) row.before(rows[at + 1]);
  number(list);
  const said = list.dataset.moved.replace("NUMBER", to + 1).replace("ALL", rows.length);
  list.parentElement.querySelector(".moved").textContent = `${said}: ${words(row)}`;
}

/** The rows as they are numbered, if each has a place of its own. */
function sort(list) {
  const rows = [...list.children];
  const places = new Set(rows.map((row) => field(row).value));
  if (places.has("") || places.size < rows.length) {
    delete list.dataset.placed;
    return mark(list);
  }
  const focused = document.activeElement;
  list.append(...rows.sort((one, other) => place(one) - place(other)));
  if (list.contains(focused)) focused.focus();
  number(list);
}

function number(list) {
  [...list.children].forEach((row, at) => (field(row).value = at));
  list.dataset.placed = "yes";
  mark(list);
}

/** The first cannot go up, the last not down; their buttons can still be reached: no focus is lost. */
function mark(list) {
  [...list.children].forEach((row, at, rows) => {
    const ends = [at === 0, at === rows.length - 1];
    row.querySelectorAll("button").forEach((button, down) =>
      button.setAttribute("aria-disabled", String(Boolean(list.dataset.placed) && ends[down])),
    );
  });
}

function field(row) {
  return row.querySelector("select");
}

function place(row) {
  return Number(field(row).value);
}

function words(row) {
  return row.querySelector("label").textContent;
}
