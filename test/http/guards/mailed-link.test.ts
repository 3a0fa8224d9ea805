import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { createKeyring } from '../../../lib/base/keyring.js';
import { mailProof } from '../../../lib/invitations/codes/mailed-code.js';
import { bodyEmail, Caller, openGuardApp, said, type GuardApp } from '../../support/guards/guard-app.js';
import { secrets } from '../../support/http/test-app.js';

describe("a mailed invitation on the app's own signup page", () => {
  let guardApp: GuardApp;
  before(async () => {
    guardApp = await openGuardApp({
      signupUrl: 'https://club.example/signup',
      handler: (of) => async (req, res, invite) => {
        const person = await invite.redeem((redemption) => of.people.insert(bodyEmail(req), redemption));
        res.status(201).json({ person, email: invite.email, emailVerified: invite.emailVerified });
      },
    });
  });
  after(() => guardApp.close());

  it('says whether the visitor came by the mail; the address of the page has neither code nor secret', async () => {
    for (const isMailed of [true, false]) {
      const email = `${isMailed ? 'mailed' : 'copied'}@example.com`;
      const { id, code, url } = await guardApp.enrollment.invitations.send({ email });
      const proof = mailProof(createKeyring([secrets[0]]), { id, bound: email });
      const caller = new Caller(guardApp);
      const { search } = new URL(isMailed ? `${url}&mail=${proof}` : url);
      const { status, location } = await caller.client.get(`/signup${search}&a=1`);
      assert.deepEqual([status, location], [303, '/signup?a=1']);
      const answer = await caller.send(code, email);
      assert.equal(answer.status, 201, answer.text);
      assert.deepEqual([said(answer)['email'], said(answer)['emailVerified']], [email, isMailed]);
    }
    const { status, location } = await new Caller(guardApp).client.get(`/signup?mail=${'x'.repeat(22)}&a=1`);
    assert.deepEqual([status, location], [303, '/signup?a=1'], 'a secret without its code');
  });
});
