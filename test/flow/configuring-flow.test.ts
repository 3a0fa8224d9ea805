import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { flowConfiguring } from '../../lib/flow/default-flows.js';
import { authenticatorSetupFlow } from '../../lib/flows/authenticator-setup.js';
import { changePasswordFlow } from '../../lib/flows/change-password.js';
import { signInFlow } from '../../lib/flows/sign-in.js';

const signIn = signInFlow({ slug: 'sign-in', passwordPage: true, secondFactor: true });
// Its first pages are named `password` and `second-factor`.
const app = authenticatorSetupFlow({ slug: 'app', type: 'totp' });
const change = changePasswordFlow({ slug: 'change-password' });

describe('the flow that sets up what a stage asks for', () => {
  const leadsTo = (name: string, flows = [signIn, app, change]): string | null =>
    flowConfiguring(flows, name)?.slug ?? null;

  it('of a password is the one that asks for a new password, not one that confirms it first', () => {
    assert.equal(leadsTo('password'), 'change-password');
    assert.equal(leadsTo('password', [signIn, app]), null);
  });

  it('of an authenticator is the one that sets it up, not one that asks for it', () => {
    assert.equal(leadsTo('totp-setup'), 'app');
    assert.equal(leadsTo('second-factor'), null);
  });
});
