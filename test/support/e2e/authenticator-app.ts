import assert from 'node:assert/strict';
import { password } from '../account.js';
import type { Person } from './person.js';

/** What somebody notes down at the set-up of an authenticator app. */
export interface AuthenticatorApp {
  readonly secret: string;
  readonly codes: readonly string[];
}

/** Sets up an authenticator app and recovery codes by the pages of the account settings. */
export async function addAuthenticatorApp(person: Person): Promise<AuthenticatorApp> {
  await person.goto('/if/flow/account-totp/');
  await person.sees('Enter your password to continue');
  await person.submit({ password });
  await person.sees('Set up an authenticator app');
  const secret = ((await person.page.locator('.enrollment-code').textContent()) ?? '').replaceAll(' ', '');
  assert.equal(await person.submit({ code: '000000' }), 422);
  await person.sees('Set up an authenticator app', /That code doesn’t match/);
  assert.equal(await person.submit({ code: person.code(secret) }), 303);
  await person.sees('Save your recovery codes');
  const codes = await person.page.locator('.enrollment-codes .enrollment-code').allTextContents();
  assert.equal(codes.length, 10);
  await person.press();
  return { secret, codes };
}
