import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { accountSettings } from '../../lib/flows.js';
import { signInFlow, type MemoryUser } from '../../lib/index.js';
import { memoryMailer } from '../../lib/testing/index.js';
import { password } from '../support/account.js';
import { member, signIn } from '../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const page = '/if/flow/account-email/';

describe('an address that was only typed', () => {
  const mailer = memoryMailer();
  let app: TestApp;
  let ann: MemoryUser;
  let count = 0;
  const address = (): string => `ann-${count}@example.com`;

  before(async () => {
    app = await openTestApp({
      mailer,
      flows: [
        signup,
        signInFlow({ slug: 'sign-in', target: '/inside' }),
        signInFlow({ slug: 'strict', target: '/inside', verifyEmail: true }),
        ...accountSettings({ fields: ['email'], leave: false }),
      ],
    });
  });
  after(() => app.close());
  beforeEach(async () => {
    mailer.clear();
    ann = await member(app, `ann-${(count += 1)}`);
  });
  const isProved = async (): Promise<boolean | null | undefined> => (await app.users.findById(ann.id))?.emailVerified;
  const codeOf = async (): Promise<string> => mailer.codeIn(await mailer.next(address())) ?? '';

  it('is confirmed from the settings by a code, and then the page is gone', async () => {
    const visitor = new Visitor(app);
    await signIn(visitor, ann.username ?? '');
    assert.match((await visitor.open('/if/flow/account/')).text, /Confirm your email address/);
    await visitor.open(page);
    assert.deepEqual(mailer.mails, [], 'opening the page sends nothing');
    await visitor.follow(await visitor.submit({}));
    assert.equal((await visitor.submit({ code: '0000-0000' })).status, 422);
    assert.equal(await isProved(), null);
    assert.equal((await visitor.submit({ code: await codeOf() })).status, 303);
    assert.equal(await isProved(), true);
    assert.doesNotMatch((await visitor.open('/if/flow/account/')).text, /Confirm your email address/);
    mailer.clear();
    assert.equal((await visitor.client.get(page)).status, 303, 'nothing is left to confirm');
    assert.deepEqual(mailer.mails, []);
  });

  it('the code of a former address proves nothing', async () => {
    const visitor = new Visitor(app);
    await signIn(visitor, ann.username ?? '');
    await visitor.open(page);
    await visitor.follow(await visitor.submit({}));
    const code = await codeOf();
    await app.users.update?.(ann, { email: `later-${count}@example.com` });
    await visitor.submit({ code });
    assert.equal(await isProved(), false);
  });

  it('is confirmed at the sign-in where the flow says so: not before it is anyone signed in', async () => {
    const visitor = new Visitor(app);
    await visitor.open('/if/flow/strict/');
    await visitor.follow(await visitor.submit({ uid_field: ann.username ?? '', password }));
    assert.equal(await visitor.me(), null);
    assert.equal((await visitor.submit({ code: '0000-0000' })).status, 422);
    assert.equal(await visitor.me(), null);
    assert.equal((await visitor.submit({ code: await codeOf() })).location, '/inside');
    assert.deepEqual([await visitor.me(), await isProved()], [ann.username, true]);
    const again = new Visitor(app);
    await again.open('/if/flow/strict/');
    assert.equal((await again.submit({ uid_field: ann.username ?? '', password })).location, '/inside');
  });
});
