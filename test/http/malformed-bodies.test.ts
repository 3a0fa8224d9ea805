import assert from 'node:assert/strict';
import express from 'express';
import { after, before, describe, it } from 'mocha';
import { startRedis, type TestRedis } from '../services/redis-server.js';
import { openClub, type Club } from './club.js';
import { formType, malformedBodies, type MalformedBody } from './malformed-bodies.js';
import { exchange, requestOf } from './raw-exchange.js';
import { snapshot } from './redis-snapshot.js';
import { Visitor } from './visitor.js';

const unlimited = {
  perClient: { points: 1_000_000, windowSeconds: 600 },
  perPlan: { points: 1_000_000, windowSeconds: 600 },
  overall: { points: 1_000_000, windowSeconds: 600 },
};

for (const parsers of [false, true]) {
  describe(`bodies that are no form of ours${parsers ? ", behind the app's own parsers" : ''}`, () => {
    let redis: TestRedis;
    let club: Club;
    let atCode: Visitor;
    let atAccount: Visitor;
    before(async () => {
      redis = await startRedis();
      club = await openClub({
        redis: redis.url,
        clock: { now: () => Date.now() },
        rateLimits: { codes: unlimited },
        before: (app) => {
          if (!parsers) return;
          app.use(express.json());
          app.use(express.urlencoded({ extended: true }));
        },
      });
      await club.enrollment.ready();
      const { code } = await club.enrollment.invitations.create();
      atCode = new Visitor(club);
      await atCode.open();
      atAccount = new Visitor(club);
      await atAccount.enterCode(code);
    });
    after(async () => {
      await club.close();
      await redis.stop();
    });

    function bytesOf(visitor: Visitor, { body, type = formType, encoding }: MalformedBody, field: string): Buffer {
      const content = Buffer.from(body(`enrollment_step=${visitor.signature}`, field));
      const headers = [
        `Cookie: ${visitor.client.cookies.header(club.page)}`,
        `Content-Length: ${content.length}`,
        ...(type === null ? [] : [`Content-Type: ${type}`]),
        ...(encoding === undefined ? [] : [`Content-Encoding: ${encoding}`]),
      ];
      return requestOf('POST', club.page, headers, content);
    }

    for (const malformed of malformedBodies) {
      it(malformed.title, async () => {
        const before = await snapshot(redis.client());
        for (const [visitor, field] of [
          [atCode, 'invite_code'],
          [atAccount, 'username'],
        ] as const) {
          const { status, text } = await exchange(club.url, bytesOf(visitor, malformed, field));
          // What the app's own parser refuses never reaches us; what it lets pass is read with the same care.
          const allowed = parsers ? [400, 403, 413, 415, 422] : malformed.status;
          assert.ok(allowed.includes(status), `${status} at the page with ${field}`);
          if (!parsers || text.includes("Content-Security-Policy: default-src 'none'; style-src")) {
            assert.match(text, /Cache-Control: no-store/);
            assert.doesNotMatch(text, /node_modules|root:x:/);
          }
        }
        assert.equal(await snapshot(redis.client()), before);
        assert.equal(club.members.length, 0);
        assert.equal(({} as { x?: unknown }).x, undefined);
      });
    }

    it('the process is in order afterwards: the same tabs go on', async () => {
      assert.equal((await atCode.get(club.page)).status, 200);
      await atAccount.open();
      assert.equal(atAccount.step, 'account 1');
      assert.deepEqual(
        club.log.filter(({ level }) => level === 'error'),
        [],
      );
    });

    it('takes a form whose charset is UTF-8, and one in chunks', async () => {
      const { code } = await club.enrollment.invitations.create();
      for (const type of [`${formType}; charset=UTF-8`, `${formType};charset="utf-8"`, formType.toUpperCase()]) {
        const visitor = new Visitor(club);
        await visitor.open();
        const good = { title: '', type, body: (signed: string) => `${signed}&invite_code=${code}`, status: [] };
        assert.equal((await exchange(club.url, bytesOf(visitor, good, ''))).status, 303);
      }
      const visitor = new Visitor(club);
      await visitor.open();
      const content = `enrollment_step=${visitor.signature}&invite_code=${code}`;
      const chunks = [...content].map((letter) => `1\r\n${letter}\r\n`).join('');
      const headers = [
        `Cookie: ${visitor.client.cookies.header(club.page)}`,
        `Content-Type: ${formType}`,
        'Transfer-Encoding: chunked',
      ];
      assert.equal((await exchange(club.url, requestOf('POST', club.page, headers, `${chunks}0\r\n\r\n`))).status, 303);
    });
  });
}
