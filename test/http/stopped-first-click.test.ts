import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { memoryUsers, signInFlow } from '../../lib/index.js';
import { accountSettings } from '../../lib/flows.js';
import { password } from '../support/account.js';
import { member, signIn } from '../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

describe('the second of two clicks whose first one stops after its write, without a receipt', () => {
  let testApp: TestApp;
  let release: () => void;
  let written: Promise<void>;

  beforeEach(async () => {
    const { users, redemptions } = memoryUsers();
    const held = new Promise<void>((resolve) => (release = resolve));
    let isWritten: () => void;
    written = new Promise<void>((resolve) => (isWritten = resolve));
    const stopAfter = async <Result>(writing: Promise<Result>): Promise<Result> => {
      const result = await writing;
      isWritten();
      await held;
      return result;
    };
    testApp = await openTestApp({
      users: {
        ...users,
        replacePassword: (...change) => stopAfter(users.replacePassword(...change)),
        remove: (user) => stopAfter(users.remove(user)),
      },
      redemptions,
      flows: [signInFlow({ slug: 'sign-in', target: '/inside' }), signup, ...accountSettings({ fields: ['name'] })],
    });
  });
  afterEach(async () => {
    release();
    await testApp.close();
  });

  /** Sends the last form of a flow twice; the second answer, from a browser that is signed in no more. */
  async function secondOf(flow: string, fields: Record<string, string>) {
    await member(testApp, 'ann');
    const visitor = new Visitor(testApp);
    await signIn(visitor, 'ann');
    await visitor.open(`/if/flow/${flow}/?next=/inside`);
    if (visitor.step.startsWith('confirm')) await visitor.follow(await visitor.submit({ password }));
    const { action, hidden } = visitor.form;
    const form = { ...hidden, ...fields };
    const first = visitor.post(action, form);
    await written;
    const second = await visitor.post(action, form);
    const answer = { ...second, me: await visitor.me() };
    release();
    await first;
    return answer;
  }

  it('is led to the same target where the account is gone', async () => {
    const { status, location, me } = await secondOf('account-leave', {});
    assert.deepEqual([status, location, me], [303, '/inside', null]);
  });

  it('is told that the password is changed', async () => {
    const { status, text, me } = await secondOf('account-password', { password: 'a lighthouse without any sea' });
    assert.equal(status, 403);
    assert.match(text, /Sign in with your new password/);
    assert.equal(me, null);
  });
});
