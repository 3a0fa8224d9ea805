import assert from 'node:assert/strict';
import express, { type RequestHandler } from 'express';
import { after, before, describe, it } from 'mocha';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const everything = '*/*';
const parsers: readonly (readonly [string, RequestHandler])[] = [
  ['express.text()', express.text({ type: everything })],
  ['express.raw()', express.raw({ type: everything })],
];

for (const [name, parser] of parsers) {
  describe(`forms that ${name} has already read`, () => {
    let testApp: TestApp;
    before(async () => {
      testApp = await openTestApp({ before: (app) => void app.use(parser) });
    });
    after(() => testApp.close());

    it('F21: are read as the kit’s own parser reads them', async () => {
      const { code } = await testApp.enrollment.invitations.create();
      const visitor = new Visitor(testApp);
      await visitor.enterCode(code);
      const words = 'größer & sicherer + 100 %';
      const email = 'zoe+list@example.com';
      const done = await visitor.submit({ username: 'zoe', email, password: words, password_repeat: words });
      assert.equal(done.location, '/welcome', done.text);
      assert.equal(testApp.members.at(-1)?.email, email);
    });

    for (const [title, more, status] of [
      ['malformed', '%FF', 400],
      ['a field twice', 'a&invite_code=b', 400],
      ['more than 100 fields', 'a&b=c'.repeat(101), 413],
      ['more than 32 KiB', 'a'.repeat(33 * 1024), 413],
    ] as const) {
      it(`F21: ${title} is ${String(status)}, as without it`, async () => {
        const visitor = new Visitor(testApp);
        await visitor.open();
        const body = `enrollment_step=${visitor.signature}&invite_code=${more}`;
        assert.equal((await visitor.client.post(testApp.page, body)).status, status);
      });
    }
  });
}
