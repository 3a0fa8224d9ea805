import assert from 'node:assert/strict';
import express from 'express';
import fc from 'fast-check';
import { after, before, describe, it } from 'mocha';
import { effort } from '../support/campaign.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 1_000_000_000);
const runs = Number(process.env['FUZZ_RUNS'] ?? effort(150, 1500));
const answers = new Set([303, 400, 403, 413, 415, 422]);
const generous = { points: 10_000_000, windowSeconds: 600 };

const names = fc.oneof(
  fc.constantFrom(
    'invite_code',
    'username',
    'email',
    'password',
    'password_repeat',
    'enrollment_step',
    '__proto__',
    'constructor',
    'next',
    'settings[view options][client]',
    'username[]',
    'email[$ne]',
    'a[b][c]',
    '',
  ),
  fc.string({ maxLength: 20 }),
);
const values = fc.oneof(
  fc.string({ maxLength: 200 }),
  fc.string({ unit: 'binary', maxLength: 50 }),
  fc.constantFrom(
    '',
    '0',
    'null',
    'ann',
    'ann@example.com',
    'a'.repeat(2000),
    '%00',
    '\u202e',
    '<%= 7*7 %>',
    '{{7*7}}',
    "'><script>",
    '1.account.AAAAAAAAAAAAAAAAAAAAAA',
    '0.~cancel.AAAAAAAAAAAAAAAAAAAAAA',
  ),
);
const encoded = fc
  .array(fc.tuple(names, values), { maxLength: 12 })
  .map((pairs) => new URLSearchParams(pairs).toString());
const raw = fc.oneof(
  fc.string({ maxLength: 300 }),
  fc.string({ unit: 'binary', maxLength: 100 }),
  fc.stringMatching(/^([a-z_]{1,8}(\[[a-z]?\])?=?(%[0-9a-f]{0,2}|[a-z+]){0,10}&?){0,8}$/),
);
const bodies = fc.tuple(fc.boolean(), fc.oneof(encoded, raw));

for (const parsers of [false, true]) {
  describe(`arbitrary bodies${parsers ? ", behind the app's own parsers" : ''}`, () => {
    let testApp: TestApp;
    before(async () => {
      testApp = await openTestApp({
        rateLimits: { codes: { perClient: generous, perPlan: generous, overall: generous } },
        before: (app) => {
          if (parsers) app.use(express.json(), express.urlencoded({ extended: true }));
        },
      });
    });
    after(() => testApp.close());

    for (const page of ['code', 'account'] as const) {
      it(`at the ${page} page change nothing and cause no error (${runs} runs, FUZZ_SEED=${seed})`, async () => {
        const visitor = new Visitor(testApp);
        const { code } = await testApp.enrollment.invitations.create();
        if (page === 'code') await visitor.open();
        else await visitor.enterCode(code);
        const { signature } = visitor;
        await fc.assert(
          fc.asyncProperty(bodies, async ([signed, body]) => {
            const { status, text } = await visitor.client.post(
              testApp.page,
              signed ? `enrollment_step=${signature}&${body}` : body,
            );
            assert.ok(answers.has(status), `${status}`);
            assert.doesNotMatch(text, /<script(?! type="module" src="[^"]*\/assets\/)|>49</);
            assert.equal(testApp.members.length, 0);
          }),
          { seed, numRuns: runs },
        );
        await visitor.open();
        assert.equal(visitor.signature, signature);
        assert.deepEqual(
          testApp.log.filter(({ level }) => level === 'error'),
          [],
        );
      });
    }
  });
}
