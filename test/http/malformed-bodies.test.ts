import assert from 'node:assert/strict';
import express from 'express';
import { after, before, describe, it } from 'mocha';
import { startRedis, type TestRedis } from '../support/redis-server.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { formType, malformedBodies, type MalformedBody } from '../support/http/malformed-bodies.js';
import { exchange, requestOf } from '../support/http/raw-exchange.js';
import { snapshot } from '../support/http/redis-snapshot.js';
import { Visitor } from '../support/http/visitor.js';

const unlimited = {
  perClient: { points: 1_000_000, windowSeconds: 600 },
  perPlan: { points: 1_000_000, windowSeconds: 600 },
  overall: { points: 1_000_000, windowSeconds: 600 },
};

for (const parsers of [false, true]) {
  describe(`bodies that are not forms of the kit${parsers ? ", behind the app's own parsers" : ''}`, () => {
    let redis: TestRedis;
    let testApp: TestApp;
    let atCode: Visitor;
    let atAccount: Visitor;
    before(async () => {
      redis = await startRedis();
      testApp = await openTestApp({
        redis: redis.url,
        clock: { now: () => Date.now() },
        rateLimits: { codes: unlimited },
        before: (app) => {
          if (!parsers) return;
          app.use(express.json());
          app.use(express.urlencoded({ extended: true }));
        },
      });
      await testApp.enrollment.ready();
      const { code } = await testApp.enrollment.invitations.create();
      atCode = new Visitor(testApp);
      await atCode.open();
      atAccount = new Visitor(testApp);
      await atAccount.enterCode(code);
    });
    after(async () => {
      await testApp.close();
      await redis.stop();
    });

    function bytesOf(visitor: Visitor, { body, type = formType, encoding }: MalformedBody, field: string): Buffer {
      const content = Buffer.from(body(`enrollment_step=${visitor.signature}`, field));
      const headers = [
        `Cookie: ${visitor.client.cookies.header(testApp.page)}`,
        `Content-Length: ${content.length}`,
        ...(type === null ? [] : [`Content-Type: ${type}`]),
        ...(encoding === undefined ? [] : [`Content-Encoding: ${encoding}`]),
      ];
      return requestOf('POST', testApp.page, headers, content);
    }

    for (const malformed of malformedBodies) {
      it(malformed.title, async () => {
        const before = await snapshot(redis.client());
        for (const [visitor, field] of [
          [atCode, 'invite_code'],
          [atAccount, 'username'],
        ] as const) {
          const { status, text } = await exchange(testApp.url, bytesOf(visitor, malformed, field));
          // What the app's own parser refuses never reaches the kit; what it accepts is read with the same care.
          const allowed = parsers ? [400, 403, 413, 415, 422] : malformed.status;
          assert.ok(allowed.includes(status), `${status} at the page with ${field}`);
          if (!parsers || text.includes("Content-Security-Policy: default-src 'none'; style-src")) {
            assert.match(text, /Cache-Control: no-store/);
            assert.doesNotMatch(text, /node_modules|root:x:/);
          }
        }
        assert.equal(await snapshot(redis.client()), before);
        assert.equal(testApp.members.length, 0);
        assert.equal(({} as { x?: unknown }).x, undefined);
      });
    }

    it('the process is intact afterwards: the same tabs continue', async () => {
      assert.equal((await atCode.get(testApp.page)).status, 200);
      await atAccount.open();
      assert.equal(atAccount.step, 'account 1');
      assert.deepEqual(
        testApp.log.filter(({ level }) => level === 'error'),
        [],
      );
    });

    it('accepts a form in UTF-8, and one in chunks', async () => {
      const { code } = await testApp.enrollment.invitations.create();
      for (const type of [`${formType}; charset=UTF-8`, `${formType};charset="utf-8"`, formType.toUpperCase()]) {
        const visitor = new Visitor(testApp);
        await visitor.open();
        const good = { title: '', type, body: (signed: string) => `${signed}&invite_code=${code}`, status: [] };
        assert.equal((await exchange(testApp.url, bytesOf(visitor, good, ''))).status, 303);
      }
      const visitor = new Visitor(testApp);
      await visitor.open();
      const content = `enrollment_step=${visitor.signature}&invite_code=${code}`;
      const chunks = [...content].map((letter) => `1\r\n${letter}\r\n`).join('');
      const headers = [
        `Cookie: ${visitor.client.cookies.header(testApp.page)}`,
        `Content-Type: ${formType}`,
        'Transfer-Encoding: chunked',
      ];
      assert.equal(
        (await exchange(testApp.url, requestOf('POST', testApp.page, headers, `${chunks}0\r\n\r\n`))).status,
        303,
      );
    });
  });
}
