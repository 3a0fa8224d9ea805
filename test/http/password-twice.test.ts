import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { defineFlow, identification, userLogin } from '../../lib/index.js';
import { dummyStage, passwordStage } from '../../lib/stages.js';
import { password } from '../support/account.js';
import { member } from '../support/http/sign-in-app.js';
import { openTestApp, signup } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

describe('a sign-in that asks for the password by two stages', () => {
  const who = identification({ name: 'who' });
  const secret = passwordStage({ name: 'secret' });

  it('asks once, and again for another name', async () => {
    const app = await openTestApp({
      flows: [
        defineFlow({
          ...{ slug: 'in', title: 'Sign in', designation: 'authentication', target: '/inside' },
          stages: [
            ...[who, secret, dummyStage({ name: 'between' }), { stage: secret, key: 'again' }],
            ...[
              { stage: who, key: 'who-else' },
              { stage: secret, key: 'secret-else' },
            ],
            userLogin({ name: 'login' }),
          ],
        }),
        signup,
      ],
    });
    try {
      for (const name of ['ann', 'bob']) await member(app, name);
      const visitor = new Visitor(app);
      await visitor.open('/if/flow/in/');
      await visitor.follow(await visitor.submit({ uid_field: 'ann' }));
      await visitor.follow(await visitor.submit({ password }));
      assert.match(visitor.step, /^between/);
      await visitor.follow(await visitor.submit({}));
      assert.match(visitor.step, /^who-else/);
      await visitor.follow(await visitor.submit({ uid_field: 'bob' }));
      assert.match(visitor.step, /^secret-else/);
      assert.equal((await visitor.submit({ password: 'something else entirely' })).status, 422);
      assert.equal((await visitor.submit({ password })).location, '/inside');
      assert.equal(await visitor.me(), 'bob');
    } finally {
      await app.close();
    }
  });
});
