import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { recoveryFlow, setPasswordFlow } from '../../lib/flows.js';
import { memoryUsers, signInFlow } from '../../lib/index.js';
import { memoryMailer } from '../../lib/testing/memory-mailer.js';
import { member } from '../support/http/sign-in-app.js';
import { openTestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

describe('the ticket of an account that is not active', () => {
  it('offers neither a sign-in nor a new password, which it could not have', async () => {
    const store = memoryUsers();
    let isActive = true;
    const toProfile: typeof store.users.toProfile = (user) => ({ ...store.users.toProfile(user), active: isActive });
    const testApp = await openTestApp({
      flows: [
        setPasswordFlow({ slug: 'set-password' }),
        signInFlow({ slug: 'sign-in', links: { recovery: 'recovery' } }),
        recoveryFlow({ slug: 'recovery' }),
      ],
      users: { ...store.users, toProfile },
      mailer: memoryMailer(),
    });
    try {
      const ann = await member(testApp, 'ann');
      const { tickets } = testApp.enrollment;
      const { url, id } = await tickets.create({ user: ann.id }, { purpose: 'recovery' });
      const opened = async (): Promise<string> => {
        const { pathname, search } = new URL(url);
        return (await new Visitor(testApp).open(pathname + search)).text;
      };
      isActive = false;
      const refused = await opened();
      assert.match(refused, /The account isn’t active/);
      assert.doesNotMatch(refused, /if\/flow\/(sign-in|recovery)\//);
      assert.match(refused, />Go to the home page</);
      isActive = true;
      await tickets.revoke(id);
      assert.match(await opened(), /if\/flow\/sign-in\/[^]*if\/flow\/recovery\//);
    } finally {
      await testApp.close();
    }
  });
});
