import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { EnrollmentError } from '../../lib/base/error.js';
import { setPasswordFlow } from '../../lib/flows.js';
import type { Secret } from '../../lib/base/secret.js';
import { member } from '../support/http/sign-in-app.js';
import { openTestApp, quickPasswords } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

describe('many forms of one ticket at once', () => {
  it('that find too many passwords waiting are 503 while it can be used', async () => {
    const busy = (): Promise<never> =>
      Promise.reject(new EnrollmentError('ERR_ENROLLMENT_STORE_AWAY', 'others wait before it', { status: 503 }));
    let isFull = true;
    const passwords = { ...quickPasswords, hash: (typed: Secret) => (isFull ? busy() : quickPasswords.hash(typed)) };
    const testApp = await openTestApp({ passwords, flows: [setPasswordFlow({ slug: 'set-password' })] });
    try {
      isFull = false;
      const ann = await member(testApp, 'ann');
      const { url } = await testApp.enrollment.tickets.create({ user: ann.id }, { purpose: 'invite' });
      const { pathname, search } = new URL(url);
      const [first, second] = [new Visitor(testApp), new Visitor(testApp)];
      for (const by of [first, second]) await by.open(pathname + search);
      isFull = true;
      assert.equal((await second.submit({ password: 'a new battery for the horse' })).status, 503);
      isFull = false;
      assert.equal((await first.submit({ password: 'a new battery for the horse' })).status, 303);
    } finally {
      await testApp.close();
    }
  });

  it('one that is used while another password waits is said to be used', async () => {
    let used: (() => Promise<unknown>) | null = null;
    const hash = async (typed: Secret): Promise<string> => {
      const use = used;
      used = null;
      if (use === null) return quickPasswords.hash(typed);
      await use();
      throw new EnrollmentError('ERR_ENROLLMENT_STORE_AWAY', 'others wait before it', { status: 503 });
    };
    const testApp = await openTestApp({
      passwords: { ...quickPasswords, hash },
      flows: [setPasswordFlow({ slug: 'set-password' })],
    });
    try {
      const ann = await member(testApp, 'ann');
      const { url } = await testApp.enrollment.tickets.create({ user: ann.id }, { purpose: 'invite' });
      const { pathname, search } = new URL(url);
      const [first, second] = [new Visitor(testApp), new Visitor(testApp)];
      for (const by of [first, second]) await by.open(pathname + search);
      used = () => first.submit({ password: 'a new battery for the horse' });
      const answer = await second.submit({ password: 'another battery for the horse' });
      assert.equal(answer.status, 403);
      assert.match(answer.text, /already used/);
    } finally {
      await testApp.close();
    }
  });
});
