import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { confirmEmailFlow, setPasswordFlow } from '../../lib/flows.js';
import { signInFlow, type MemoryUser } from '../../lib/index.js';
import type { TicketSettings } from '../../lib/ports.js';
import { password } from '../support/account.js';
import { member, signIn } from '../support/http/sign-in-app.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

describe('a ticket about an address', () => {
  let testApp: TestApp;
  let ann: MemoryUser;
  let visitor: Visitor;
  let count = 0;
  before(async () => {
    testApp = await openTestApp({
      flows: [
        confirmEmailFlow({ slug: 'confirm' }),
        setPasswordFlow({ slug: 'set-password' }),
        signInFlow({ slug: 'sign-in', target: '/inside' }),
      ],
    });
  });
  after(() => testApp.close());
  beforeEach(async () => {
    ann = await member(testApp, `ann-${(count += 1)}`);
    visitor = new Visitor(testApp);
  });

  async function ticket(settings: TicketSettings): Promise<string> {
    const declared = settings.purpose.endsWith('-email') ? { markEmailAsVerified: true } : {};
    const { url } = await testApp.enrollment.tickets.create({ user: ann.id }, { ...declared, ...settings });
    const { pathname, search } = new URL(url);
    return pathname + search;
  }
  const now = async (): Promise<MemoryUser> => (await testApp.users.findById(ann.id)) ?? ann;
  async function refusedAt(path: string, why: RegExp): Promise<void> {
    const answer = await new Visitor(testApp).open(path);
    assert.equal(answer.status, 403, answer.text);
    assert.match(answer.text, why);
  }

  it('verify-email: the page changes nothing, its button marks the address for the session of its account', async () => {
    const path = await ticket({ purpose: 'verify-email', app: 'Acme' });
    await new Visitor(testApp).open(path);
    await signIn(visitor, ann.username ?? '');
    await visitor.open(path);
    assert.match(visitor.page.text, /Confirm your email address for Acme/);
    assert.notEqual((await now()).emailVerified, true);
    await visitor.follow(await visitor.submit({}));
    assert.match(visitor.page.text, /Your email address is confirmed/);
    assert.equal((await now()).emailVerified, true);
    await refusedAt(path, /There’s nothing left to do/);
  });

  it('T-REC-10: verify-email: no first proof of a typed address without the session of its account', async () => {
    const path = await ticket({ purpose: 'verify-email' });
    await visitor.open(path);
    const answer = await visitor.submit({});
    assert.equal(answer.status, 403);
    assert.match(answer.text, /Sign in to this account in this browser first/);
    assert.match(answer.text, /<a[^>]*href="\/if\/flow\/sign-in\/"[^>]*>Sign in</);
    assert.doesNotMatch(answer.text, /Start again/);
    assert.equal((await now()).emailVerified, null);
    await signIn(visitor, ann.username ?? '');
    await visitor.open(path);
    await visitor.follow(await visitor.submit({}));
    assert.equal((await now()).emailVerified, true, 'the link still works');
    const other = new Visitor(testApp);
    await other.open(await ticket({ purpose: 'verify-email' }));
    await other.follow(await other.submit({}));
    assert.match(other.page.text, /Your email address is confirmed/);
    assert.equal(await other.me(), null, 'a mailbox alone signs nobody in');
  });

  it('verify-email: leads to the result URL', async () => {
    await signIn(visitor, ann.username ?? '');
    await visitor.open(await ticket({ purpose: 'verify-email', resultUrl: '/verified', includeEmailInRedirect: true }));
    const { location } = await visitor.submit({});
    assert.equal(location, `/verified?success=true&ticket_status=done&email=${encodeURIComponent(ann.email ?? '')}`);
  });

  it('verify-email: is void once the address is another one', async () => {
    const path = await ticket({ purpose: 'verify-email' });
    await visitor.open(path);
    await testApp.users.update?.(await now(), { email: `moved-${count}@example.com`, emailVerified: false });
    assert.match((await visitor.submit({})).text, /another email address/);
    assert.equal((await now()).emailVerified, false);
    await refusedAt(path, /another email address/);
  });

  it('change-email: the new address counts once its link is confirmed', async () => {
    const newEmail = `new-${count}@example.com`;
    const path = await ticket({ purpose: 'change-email', newEmail: newEmail.toUpperCase() });
    await signIn(visitor, ann.username ?? '');
    await visitor.open(path);
    assert.equal((await now()).email, ann.email);
    await visitor.follow(await visitor.submit({}));
    const { email, emailVerified } = await now();
    assert.deepEqual([email, emailVerified], [newEmail, true]);
    assert.equal((await signIn(new Visitor(testApp), newEmail)).location, '/inside');
  });

  for (const proved of [true, null])
    it(`T-REC-10: change-email: a stranger’s mailbox gets no account whose address is ${proved === true ? '' : 'not '}proved`, async () => {
      if (proved === true) await testApp.users.update?.(ann, { emailVerified: true });
      const path = await ticket({ purpose: 'change-email', newEmail: `stranger-${count}@example.com` });
      const bob = await member(testApp, `bob-${count}-${String(proved)}`);
      for (const strangersName of [null, bob.username]) {
        const stranger = new Visitor(testApp);
        if (strangersName !== null) await signIn(stranger, strangersName);
        await stranger.open(path);
        const answer = strangersName === null ? await stranger.submit({}) : stranger.page;
        assert.equal(answer.status, 403, answer.text);
        if (strangersName === null) assert.match(answer.text, /Sign in to this account in this browser first/);
      }
      assert.deepEqual([(await now()).email, (await now()).emailVerified], [ann.email, proved]);
      await signIn(visitor, ann.username ?? '');
      await visitor.open(path);
      assert.equal((await visitor.submit({})).status, 303, 'the link still works for its account');
    });

  it('change-email: of an address that another account has, nothing is changed', async () => {
    const bob = await member(testApp, `bob-${count}`);
    await testApp.users.update?.(bob, { emailVerified: true });
    const path = await ticket({ purpose: 'change-email', newEmail: bob.email ?? '' });
    await signIn(visitor, ann.username ?? '');
    await visitor.open(path);
    const answer = await visitor.submit({});
    assert.equal(answer.status, 403);
    assert.match(answer.text, /has another account/);
    assert.equal((await now()).email, ann.email);
  });

  it('change-email: a changed password ends what waits', async () => {
    const path = await ticket({ purpose: 'change-email', newEmail: `new-${count}@example.com` });
    const { url } = await testApp.enrollment.tickets.create({ user: ann.id }, { purpose: 'recovery' });
    await visitor.open(new URL(url).pathname + new URL(url).search);
    assert.equal((await visitor.submit({ password: `${password} anew` })).status, 303);
    await refusedAt(path, /password was changed/);
    assert.equal((await now()).email, ann.email);
  });

  it('T-INV-25: no ticket opens the flow of another purpose', async () => {
    for (const purpose of ['verify-email', 'recovery'] as const) {
      const path = await ticket({ purpose });
      const other = purpose === 'recovery' ? 'confirm' : 'set-password';
      await refusedAt(path.replace(/flow\/[^/]+/, `flow/${other}`), /isn’t valid/);
    }
  });
});
