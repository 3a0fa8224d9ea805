import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { Caller, openGuardApp, said, type GuardApp } from '../../support/guards/guard-app.js';

for (const express of [5, 4] as const) {
  describe(`forms of other sites at a guarded route, on Express ${express}`, () => {
    let guardApp: GuardApp;
    let made = 0;
    before(async () => {
      guardApp = await openGuardApp({ express });
    });
    after(() => guardApp.close());

    async function send(headers: Record<string, string>, caller = new Caller(guardApp)): Promise<number> {
      const entered = guardApp.entered;
      const fields = { invite_code: await guardApp.invite(), email: `person-${(made += 1)}@example.com` };
      const answer = await caller.client.post('/signup', fields, headers);
      assert.equal(guardApp.entered - entered, answer.status === 201 ? 1 : 0, answer.text);
      if (answer.status !== 201)
        assert.deepEqual(
          [said(answer)['code'], said(answer)['reason']],
          ['ERR_ENROLLMENT_FOREIGN_ORIGIN', 'guard.foreign'],
        );
      return answer.status;
    }

    it('F9: a form that the browser marks as cross-site is refused before the code is checked', async () => {
      const evil = 'https://evil.example';
      for (const headers of [
        { origin: evil, 'sec-fetch-site': 'cross-site' },
        { origin: evil },
        { 'sec-fetch-site': 'cross-site' },
        { origin: 'null', 'sec-fetch-site': 'cross-site' },
        { origin: guardApp.url, 'sec-fetch-site': 'same-site' },
        { origin: `${guardApp.url}.evil.example` },
      ])
        assert.equal(await send(headers), 403, JSON.stringify(headers));
      assert.deepEqual(await guardApp.people.all(), []);
      assert.equal(guardApp.log.filter(({ fields }) => fields['code'] === 'WARN_FOREIGN_ORIGIN').length, 1);
    });

    it('F9: the app’s own forms and fetches, and non-browser clients, are accepted', async () => {
      for (const headers of [
        {},
        { origin: guardApp.url },
        { origin: guardApp.url, 'sec-fetch-site': 'same-origin' },
        { 'sec-fetch-site': 'same-origin' },
        { 'sec-fetch-site': 'none' },
      ])
        assert.equal(await send(headers), 201, JSON.stringify(headers));
    });

    it('F9: with a hidden origin, the attempt cookie shows that the form is the app’s', async () => {
      const headers = { origin: 'null' };
      assert.equal(await send(headers), 403);
      const opened = new Caller(guardApp);
      await opened.open();
      assert.equal(await send(headers, opened), 201);
      // Without prefillInvite() the refusal itself sets the cookie.
      const refused = new Caller(guardApp);
      assert.deepEqual([await send(headers, refused), await send(headers, refused)], [403, 201]);
    });

    it('F9: the check can be disabled, and the app can render the refusal', async () => {
      const foreign = { origin: 'https://spa.example', 'sec-fetch-site': 'cross-site' };
      const opened = await openGuardApp({ express, guard: { checkOrigin: false } });
      const answered = await openGuardApp({
        express,
        guard: { onRefused: (_req, res, { status, fields }) => res.status(status).json({ fields }) },
      });
      try {
        const sent = { invite_code: await opened.invite(), email: 'ann@example.com' };
        assert.equal((await new Caller(opened).client.post('/signup', sent, foreign)).status, 201);
        const answer = await new Caller(answered).client.post('/signup', sent, foreign);
        assert.deepEqual(
          [answer.status, said(answer)],
          [403, { fields: { invite_code: 'This form was sent from another site. Open it here and try again.' } }],
        );
      } finally {
        await Promise.all([opened.close(), answered.close()]);
      }
    });
  });
}
