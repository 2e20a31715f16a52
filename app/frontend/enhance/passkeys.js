// Makes or uses a passkey and sends what the browser answers with the form. Without JavaScript, or where the browser
// knows no passkeys, the form stays hidden: mail and code do the same.

/** @param {string} text base64url
 * @returns {ArrayBuffer} */
export function bytesOf(text) {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0)).buffer;
}

/** @param {ArrayBuffer | null} buffer
 * @returns {string | null} base64url, without padding */
export function textOf(buffer) {
  if (!buffer) return null;
  const binary = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join('');
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** @param {PublicKeyCredential} made
 * @returns {string} as the server reads it */
function answerOf(made) {
  const common = { id: made.id, rawId: textOf(made.rawId), type: made.type, clientExtensionResults: {} };
  const said = made.response;
  const response =
    said instanceof AuthenticatorAttestationResponse
      ? { attestationObject: textOf(said.attestationObject) }
      : said instanceof AuthenticatorAssertionResponse
        ? {
            authenticatorData: textOf(said.authenticatorData),
            signature: textOf(said.signature),
            userHandle: textOf(said.userHandle),
          }
        : {};
  return JSON.stringify({ ...common, response: { clientDataJSON: textOf(said.clientDataJSON), ...response } });
}

/** @param {any} options as the server writes them
 * @returns {Promise<Credential | null>} */
function make(options) {
  const publicKey = {
    ...options,
    challenge: bytesOf(options.challenge),
    user: { ...options.user, id: bytesOf(options.user.id) },
    excludeCredentials: known(options.excludeCredentials),
  };
  return navigator.credentials.create({ publicKey });
}

/** @param {any} options as the server writes them
 * @returns {Promise<Credential | null>} */
function use(options) {
  const publicKey = {
    ...options,
    challenge: bytesOf(options.challenge),
    allowCredentials: known(options.allowCredentials),
  };
  return navigator.credentials.get({ publicKey });
}

/** @param {{ id: string, type: 'public-key' }[] | undefined} list */
function known(list) {
  return (list ?? []).map((one) => ({ ...one, id: bytesOf(one.id) }));
}

/** Gives every form marked data-passkey ("create" or "get") its work; data-options is where it asks what to do. */
export function offerPasskeys() {
  if (!window.PublicKeyCredential) return;
  for (const form of document.querySelectorAll('form[data-passkey]')) {
    if (!(form instanceof HTMLFormElement)) continue;
    form.hidden = false;
    const trouble = form.querySelector('[data-passkey-error]');
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      if (trouble instanceof HTMLElement) trouble.hidden = true;
      try {
        const asked = await fetch(form.dataset.options ?? '', { headers: { Accept: 'application/json' } });
        if (!asked.ok) throw new Error(`status ${asked.status}`);
        const options = await asked.json();
        const made = await (form.dataset.passkey === 'create' ? make(options) : use(options));
        const field = form.querySelector('input[name$="answer"]');
        if (!(made instanceof PublicKeyCredential) || !(field instanceof HTMLInputElement)) throw new Error('no key');
        field.value = answerOf(made);
        form.submit();
      } catch {
        // Turned down, taken too long, or no such key here: the form can be tried again.
        if (trouble instanceof HTMLElement) trouble.hidden = false;
      }
    });
  }
}
