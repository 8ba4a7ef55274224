// Hands what was done as a visitor (marks.js) over to the account, once, and shows the page anew.

const KEY = "done";

try {
  const marks = JSON.parse(localStorage.getItem(KEY));
  if (marks) await adopt(marks);
} catch {
  // no storage, no line, nothing of ours: the marks stay for the next page
}

async function adopt(marks) {
  const body = new URLSearchParams(marks.map((mark) => ["mark", mark]));
  const answer = await fetch(document.body.dataset.adopt, { method: "POST", body, redirect: "error" });
  if (!answer.ok) return;
  localStorage.removeItem(KEY);
  if ((await answer.json()).adopted) location.reload();
}
