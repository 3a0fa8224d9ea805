/** ALTCHA's proof of work; the widgets of other captchas need scripts of their providers, and are shown by the page. */

/** @typedef {Readonly<Record<string, unknown>>} Captcha */

/**
 * The answer of a captcha, computed in about a second; `null` where a widget has to be shown.
 *
 * @param {Captcha} captcha
 * @returns {Promise<string> | null}
 */
export function solveCaptcha({ altcha }) {
  return typeof altcha === 'object' && altcha !== null ? solve(/** @type {Work} */ (altcha)) : null;
}

/**
 * @typedef {object} Work
 * @property {{ nonce: string, salt: string, cost: number, keyLength: number, keyPrefix: string }} parameters
 * @property {string} signature
 */

/**
 * The counter whose key begins as the challenge says. The browser derives keys beside the page, so that it stays quick.
 *
 * @param {Work} work
 */
async function solve({ parameters, signature }) {
  const { nonce, salt, cost, keyLength, keyPrefix } = parameters;
  const password = new Uint8Array([...bytesOf(nonce), 0, 0, 0, 0]);
  const view = new DataView(password.buffer, password.length - 4);
  const algorithm = { name: 'PBKDF2', hash: 'SHA-256', salt: bytesOf(salt), iterations: cost };
  for (let counter = 0; ; counter += 1) {
    view.setUint32(0, counter);
    const key = await crypto.subtle.importKey('raw', password, 'PBKDF2', false, ['deriveBits']);
    const derivedKey = hexOf(await crypto.subtle.deriveBits(algorithm, key, keyLength * 8));
    if (derivedKey.startsWith(keyPrefix))
      return btoa(JSON.stringify({ challenge: { parameters, signature }, solution: { counter, derivedKey } }));
  }
}

/** @param {string} hex */
function bytesOf(hex) {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** @param {ArrayBuffer} bytes */
function hexOf(bytes) {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
