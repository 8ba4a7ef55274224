// Asks the browser for a passkey: forms with data-passkey="get" or "create". Where the browser knows
// none, or without scripts, these forms stay hidden and the other ways remain.

if (window.PublicKeyCredential && navigator.credentials) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      answer(form).catch((error) => fail(form, error));
    });
  }
}

async function answer(form) {
  const button = form.querySelector("button");
  button.setAttribute("aria-disabled", "true");
  fail(form, null);
  try {
    const reply = await fetch(form.dataset.question, {
      method: "POST",
      headers: { Accept: "application/json" },
      redirect: "manual",
    });
    if (!reply.ok) return form.submit(); // without an answer: the server's page says why
    const publicKey = read(await reply.json());
    const made = await navigator.credentials[form.dataset.passkey]({ publicKey });
    form.elements.answer.value = JSON.stringify(written(made));
    form.submit();
  } finally {
    button.removeAttribute("aria-disabled");
  }
}

function fail(form, error) {
  const message = form.querySelector("[data-failed]");
  message.hidden = !error;
  if (error) message.focus();
}

// The question comes as JSON, in which bytes are base64url.
function read(options) {
  options.challenge = bytes(options.challenge);
  if (options.user) options.user.id = bytes(options.user.id);
  for (const list of ["allowCredentials", "excludeCredentials"]) {
    for (const one of options[list] ?? []) one.id = bytes(one.id);
  }
  return options;
}

function written(made) {
  const { response } = made;
  const names = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const parts = names.filter((name) => response[name]).map((name) => [name, text(response[name])]);
  return {
    id: made.id,
    rawId: text(made.rawId),
    type: made.type,
    clientExtensionResults: made.getClientExtensionResults(),
    response: Object.fromEntries(parts),
  };
}

function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
