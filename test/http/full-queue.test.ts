import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { argon2Passwords } from '../../lib/index.js';
import { accountOf, password } from '../support/account.js';
import { openTestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

describe('more passwords than can be hashed at once', () => {
  it('refuse some sign-ups of one invitation for a moment: the same form then works, and no seat is lost', async () => {
    const passwords = argon2Passwords({ passes: 4, atOnce: 1, waiting: 1 });
    const testApp = await openTestApp({ passwords });
    try {
      const { code, id } = await testApp.enrollment.invitations.create({ uses: 6 });
      const names = Array.from({ length: 6 }, (_, at) => `person-${String(at)}`);
      const all = names.map((name) => ({ name, visitor: new Visitor(testApp) }));
      for (const { visitor } of all) await visitor.enterCode(code);
      const answers = await Promise.all(all.map(({ name, visitor }) => visitor.submit(accountOf(name))));
      const refused = all.filter((_, at) => answers[at]?.status === 503);
      assert.ok(refused.length > 0);
      for (const [at, { name, visitor }] of all.entries()) {
        const answer = answers[at] ?? assert.fail();
        if (answer.status === 503) {
          assert.ok(Number(answer.headers['retry-after']) > 0);
          assert.match(answer.text, /What you entered is still here, except for passwords/);
          assert.ok(answer.text.includes(`value="${name}"`));
          assert.ok(!answer.text.includes(password));
          assert.equal((await visitor.submit(accountOf(name))).status, 303);
        } else assert.equal(answer.status, 303, answer.text);
        assert.equal(await visitor.me(), name);
      }
      assert.equal((await testApp.enrollment.invitations.get(id))?.redeemed, 6);
    } finally {
      await testApp.close();
    }
  });
});
