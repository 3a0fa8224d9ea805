// Passkeys: the button has the browser make or use one, and the form sends its answer. On the page for the name, browsers
// offer passkeys beside the names that they remember. The server decides; without this script the page says what it needs.
const toBytes = (text) =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (one) => one.charCodeAt(0));
const toText = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');

const withBytes = (list = []) => list.map((one) => ({ ...one, id: toBytes(one.id) }));

/** The server's options with bytes in place of texts. */
function optionsOf({ challenge, user, allowCredentials, excludeCredentials, ...options }) {
  return {
    ...options,
    challenge: toBytes(challenge),
    ...(user ? { user: { ...user, id: toBytes(user.id) } } : {}),
    ...(allowCredentials ? { allowCredentials: withBytes(allowCredentials) } : {}),
    ...(excludeCredentials ? { excludeCredentials: withBytes(excludeCredentials) } : {}),
  };
}

/** The browser's answer as a text. */
function answerOf(credential) {
  const { id, type, response, authenticatorAttachment } = credential;
  const names = ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle'];
  const given = names.filter((name) => response[name]).map((name) => [name, toText(response[name])]);
  const transports = response.getTransports?.() ?? [];
  // Whether a new passkey can be used without a name.
  const { credProps } = credential.getClientExtensionResults?.() ?? {};
  return JSON.stringify({
    id,
    rawId: id,
    type,
    authenticatorAttachment,
    response: { ...Object.fromEntries(given), ...(transports.length > 0 ? { transports } : {}) },
    clientExtensionResults: credProps ? { credProps } : {},
  });
}

function send(input, credential) {
  input.value = answerOf(credential);
  input.form.requestSubmit();
}

for (const input of document.querySelectorAll('input[data-passkey]')) {
  const { create, options, texts } = JSON.parse(input.dataset.passkey);
  const note = input.parentElement.querySelector('[data-passkey-note]');
  const button = input.form.querySelector('[type="submit"]');
  let isOpen = false;
  const say = (text) => {
    note.textContent = text;
  };
  note.setAttribute('role', 'status');
  if (window.PublicKeyCredential === undefined) say(texts.unsupported);
  else {
    say(texts.use);
    button.addEventListener('click', async (event) => {
      if (input.value !== '') return;
      event.preventDefault();
      if (isOpen) return;
      isOpen = true;
      try {
        const publicKey = optionsOf(options);
        const container = navigator.credentials;
        const credential = await (create ? container.create({ publicKey }) : container.get({ publicKey }));
        if (credential === null) say(texts.stopped);
        else send(input, credential);
      } catch (error) {
        say(error.name === 'InvalidStateError' ? texts.exists : texts.stopped);
      } finally {
        isOpen = false;
      }
    });
    // From the back/forward cache: the old answer is used up.
    addEventListener('pageshow', () => {
      input.value = '';
    });
  }
}

for (const input of document.querySelectorAll('input[data-passkey-autofill]')) {
  const { options } = JSON.parse(input.dataset.passkeyAutofill);
  const offer = async () => {
    if (!(await window.PublicKeyCredential?.isConditionalMediationAvailable?.())) return;
    const waiting = new AbortController();
    // Signing in by name ends it: a browser has one request at a time.
    input.form.addEventListener('submit', () => waiting.abort());
    const credential = await navigator.credentials.get({
      publicKey: optionsOf(options),
      mediation: 'conditional',
      signal: waiting.signal,
    });
    if (credential !== null) send(input, credential);
  };
  // Whoever types a name and a password misses nothing.
  offer().catch(() => undefined);
}
