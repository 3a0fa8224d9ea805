/** Passkeys: from the server's options to the answer that it checks. */

/**
 * Makes a passkey, for `ak-stage-authenticator-webauthn`.
 *
 * @param {Readonly<Record<string, unknown>>} registration
 * @returns {Promise<Record<string, unknown>>}
 */
export async function makePasskey(registration) {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(/** @type {never} */ (registration));
  return answerOf(await navigator.credentials.create({ publicKey }));
}

/**
 * Uses a passkey, at sign-in.
 *
 * @param {Readonly<Record<string, unknown>>} request
 * @returns {Promise<Record<string, unknown>>}
 */
export async function usePasskey(request) {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(/** @type {never} */ (request));
  return answerOf(await navigator.credentials.get({ publicKey }));
}

/** @param {Credential | null} credential */
function answerOf(credential) {
  if (!(credential instanceof PublicKeyCredential)) throw new Error('The browser gave no passkey.');
  return { ...credential.toJSON() };
}
