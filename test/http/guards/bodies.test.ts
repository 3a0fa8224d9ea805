import assert from 'node:assert/strict';
import express from 'express';
import { after, describe, it } from 'mocha';
import multer from 'multer';
import supertest from 'supertest';
import {
  Caller,
  openGuardApp,
  personIn,
  said,
  type GuardApp,
  type GuardAppOptions,
} from '../../support/guards/guard-app.js';

for (const version of [5, 4] as const) {
  describe(`bodies parsed by the app, on Express ${version}`, () => {
    const guardApps: GuardApp[] = [];
    after(() => Promise.all(guardApps.map((guardApp) => guardApp.close())));
    async function open(options: GuardAppOptions = {}): Promise<GuardApp> {
      const guardApp = await openGuardApp({ express: version, ...options });
      guardApps.push(guardApp);
      return guardApp;
    }

    it('a form, JSON, and multipart after multer', async () => {
      const guardApp = await open({
        parsers: [express.urlencoded({ extended: false }), express.json(), multer().none()],
      });
      const code = await guardApp.invite({ uses: 3 });
      const asked = supertest(guardApp.url);
      await asked.post('/signup').type('form').send({ invite_code: code, email: 'form@example.com' }).expect(201);
      await asked.post('/signup').send({ invite_code: code, email: 'json@example.com' }).expect(201);
      await asked.post('/signup').field({ invite_code: code, email: 'multipart@example.com' }).expect(201);
      assert.equal((await guardApp.people.all()).length, 3);
    });

    for (const [title, body] of [
      ['an array', 'invite_code=a&invite_code=b'],
      ['a record', 'invite_code[x]=a'],
    ] as const) {
      it(`${title} in place of a text is 400, and no look-up is made`, async () => {
        const guardApp = await open();
        const answer = await new Caller(guardApp).client.post('/signup', body);
        assert.deepEqual([answer.status, said(answer)['code']], [400, 'ERR_ENROLLMENT_BODY']);
        assert.equal(guardApp.entered, 0);
      });
    }

    it('so is JSON that contains anything else', async () => {
      const guardApp = await open();
      for (const invite_code of [7, true, null, {}, ['a'], { toString: 'x' }]) {
        const { body } = await supertest(guardApp.url).post('/signup').send({ invite_code }).expect(400);
        assert.equal(body.code, 'ERR_ENROLLMENT_BODY');
      }
    });

    it('only an own property counts, not one from a prototype', async () => {
      const guardApp = await open({ guard: { field: 'toString' } });
      const answer = await new Caller(guardApp).client.post('/signup', { email: 'ann@example.com' });
      assert.deepEqual([answer.status, said(answer)['reason']], [422, 'guard.required']);
      const json = await supertest(guardApp.url).post('/signup').type('json').send('{"__proto__":{"invite_code":"X"}}');
      assert.equal(json.status, 422);
    });

    it('without a body parser the developer gets an error, and the visitor a 500', async () => {
      const guardApp = await open({ parsers: [] });
      const answer = await new Caller(guardApp).send(await guardApp.invite(), 'ann@example.com');
      assert.deepEqual([answer.status, said(answer)['code']], [500, 'ERR_ENROLLMENT_BODY_MISSING']);
      assert.match(String(said(answer)['message']), /express\.urlencoded.*express\.json.*multer/);
    });

    it('a body of another type is the client’s mistake, not the developer’s', async () => {
      const guardApp = await open();
      const { client } = new Caller(guardApp);
      const plain = await client.post('/signup', 'invite_code=x', { 'content-type': 'text/plain' });
      assert.equal(plain.status, version === 5 ? 415 : 422, plain.text);
      assert.equal((await client.send('POST', '/signup')).status, 422);
      const list = await client.post('/signup', '["invite_code"]', { 'content-type': 'application/json' });
      assert.equal(list.status, 422);
    });

    for (const [name, parser] of [
      ['express.text()', express.text({ type: '*/*' })],
      ['express.raw()', express.raw({ type: '*/*' })],
    ] as const) {
      it(`F21: a form read by ${name} is the developer’s mistake, and reported`, async () => {
        const guardApp = await open({ parsers: [parser] });
        const code = await guardApp.invite();
        const { client } = new Caller(guardApp);
        const sent = [
          await client.post('/signup', { invite_code: code }),
          await client.post('/signup', JSON.stringify({ invite_code: code }), { 'content-type': 'application/json' }),
        ];
        for (const answer of sent) {
          assert.deepEqual([answer.status, said(answer)['code']], [500, 'ERR_ENROLLMENT_BODY_MISSING'], answer.text);
          assert.match(String(said(answer)['message']), /express\.text\(\) or express\.raw\(\) has read it/);
        }
      });

      it(`F21: a body that is not a form, read by ${name}, is the client’s mistake`, async () => {
        const guardApp = await open({ parsers: [parser] });
        const { client } = new Caller(guardApp);
        for (const type of ['text/plain', 'application/octet-stream']) {
          const answer = await client.post('/signup', 'invite_code=x', { 'content-type': type });
          assert.ok([400, 415].includes(answer.status), answer.text);
        }
      });
    }

    it('the code may come from elsewhere: then the body is not parsed for it', async () => {
      const guardApp = await open({
        parsers: [],
        guard: { from: (req) => req.get('x-invite'), email: () => null, account: () => null },
      });
      const { client } = new Caller(guardApp);
      const code = await guardApp.invite();
      assert.equal((await client.send('POST', '/signup')).status, 422);
      const answer = await client.send('POST', '/signup', { 'x-invite': code });
      assert.equal(answer.status, 201, answer.text);
      assert.notEqual(personIn(answer), '');
    });
  });
}
