import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { Caller, openHouse, said, type House } from './house.js';

for (const express of [5, 4] as const) {
  describe(`forms of other sites at a guarded route, on Express ${express}`, () => {
    let house: House;
    let made = 0;
    before(async () => {
      house = await openHouse({ express });
    });
    after(() => house.close());

    async function send(headers: Record<string, string>, caller = new Caller(house)): Promise<number> {
      const entered = house.entered;
      const fields = { invite_code: await house.invite(), email: `person-${(made += 1)}@example.com` };
      const answer = await caller.client.post('/signup', fields, headers);
      assert.equal(house.entered - entered, answer.status === 201 ? 1 : 0, answer.text);
      if (answer.status !== 201)
        assert.deepEqual(
          [said(answer)['code'], said(answer)['reason']],
          ['ERR_ENROLLMENT_FOREIGN_ORIGIN', 'guard.foreign'],
        );
      return answer.status;
    }

    it('F9: a form that the browser says is another site’s is refused before the code is looked at', async () => {
      const evil = 'https://evil.example';
      for (const headers of [
        { origin: evil, 'sec-fetch-site': 'cross-site' },
        { origin: evil },
        { 'sec-fetch-site': 'cross-site' },
        { origin: 'null', 'sec-fetch-site': 'cross-site' },
        { origin: house.url, 'sec-fetch-site': 'same-site' },
        { origin: `${house.url}.evil.example` },
      ])
        assert.equal(await send(headers), 403, JSON.stringify(headers));
      assert.deepEqual(await house.people.all(), []);
      assert.equal(house.log.filter(({ fields }) => fields['code'] === 'WARN_FOREIGN_ORIGIN').length, 1);
    });

    it('F9: the app’s own forms and fetches, and clients that are no browser, are let in', async () => {
      for (const headers of [
        {},
        { origin: house.url },
        { origin: house.url, 'sec-fetch-site': 'same-origin' },
        { 'sec-fetch-site': 'same-origin' },
        { 'sec-fetch-site': 'none' },
      ])
        assert.equal(await send(headers), 201, JSON.stringify(headers));
    });

    it('F9: where the origin is hidden, the attempt’s cookie shows that the form is the app’s', async () => {
      const headers = { origin: 'null' };
      assert.equal(await send(headers), 403);
      const opened = new Caller(house);
      await opened.open();
      assert.equal(await send(headers, opened), 201);
      // Without prefillInvite() the refusal itself gives the cookie.
      const refused = new Caller(house);
      assert.deepEqual([await send(headers, refused), await send(headers, refused)], [403, 201]);
    });

    it('F9: the check can be switched off, and the refusal can be answered by the app', async () => {
      const foreign = { origin: 'https://spa.example', 'sec-fetch-site': 'cross-site' };
      const opened = await openHouse({ express, guard: { checkOrigin: false } });
      const answered = await openHouse({
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
