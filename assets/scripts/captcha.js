// Captchas that nobody has to solve: ALTCHA's proof of work, and reCAPTCHA v3. A form that is sent before its answer is
// there is sent right after it.
const bytesOf = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const hexOf = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** The counter whose key begins as the challenge says. The browser derives keys beside the page, so that it stays quick. */
async function solve({ parameters, signature }) {
  const { nonce, salt, cost, keyLength, keyPrefix } = parameters;
  const password = new Uint8Array([...bytesOf(nonce), 0, 0, 0, 0]);
  const view = new DataView(password.buffer, password.length - 4);
  const algorithm = { name: 'PBKDF2', hash: 'SHA-256', salt: bytesOf(salt), iterations: cost };
  for (let counter = 0; counter <= 0xffffffff; counter += 1) {
    view.setUint32(0, counter);
    const key = await crypto.subtle.importKey('raw', password, 'PBKDF2', false, ['deriveBits']);
    const derivedKey = hexOf(new Uint8Array(await crypto.subtle.deriveBits(algorithm, key, keyLength * 8)));
    if (derivedKey.startsWith(keyPrefix))
      return btoa(JSON.stringify({ challenge: { parameters, signature }, solution: { counter, derivedKey } }));
  }
  throw new Error('no key fits');
}

/** An answer of reCAPTCHA v3 lasts two minutes: it is asked for when the form is sent. */
async function scored({ sitekey, action }) {
  const { grecaptcha } = globalThis;
  await new Promise((done) => grecaptcha.ready(done));
  return grecaptcha.execute(sitekey, { action });
}

for (const input of document.querySelectorAll('input[data-captcha]')) {
  const { form } = input;
  const { captcha, challenge, working, sending, done, failed, insecure, sitekey, action } = input.dataset;
  const text = document.createElement('p');
  text.className = 'enrollment-captcha__text';
  // Polite: it is read out when the person pauses, and takes no focus.
  text.setAttribute('role', 'status');
  input.after(text);
  const say = (sentence) => {
    if (text.textContent !== sentence) text.textContent = sentence;
  };

  let waiting = null;
  let running = null;
  const answer = async () => {
    try {
      input.value = captcha === 'altcha' ? await solve(JSON.parse(challenge)) : await scored({ sitekey, action });
      say(captcha === 'altcha' ? done : '');
    } catch {
      say(crypto.subtle === undefined ? insecure : failed);
    }
    running = null;
    if (waiting === null || input.value === '') return;
    const { button } = waiting;
    waiting = null;
    form.requestSubmit(button);
  };
  const start = () => {
    running ??= answer();
  };

  form.addEventListener(
    'submit',
    (event) => {
      // Another language, and other ways to leave the page without answering it.
      if (input.value !== '' || event.submitter?.formNoValidate === true) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      waiting = { button: event.submitter ?? undefined };
      if (captcha === 'altcha') say(sending);
      start();
    },
    { capture: true },
  );
  if (captcha === 'altcha') {
    say(working);
    start();
  }
}
