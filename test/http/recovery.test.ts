import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { signInFlow } from '../../lib/index.js';
import { recoveryFlow } from '../../lib/flows/recovery.js';
import { memoryMailer } from '../../lib/testing/memory-mailer.js';
import { password } from '../support/account.js';
import { member, signIn, signInPage } from '../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const page = '/if/flow/recovery/';
const newPassword = 'a new and rather long password';

describe('recovery', () => {
  const mailer = memoryMailer();
  let app: TestApp;
  let name: string;
  let count = 0;

  before(async () => {
    app = await openTestApp({
      mailer,
      flows: [
        signInFlow({ slug: 'sign-in', target: '/inside' }),
        recoveryFlow({ slug: 'recovery', signInFlow: 'sign-in' }),
        signup,
      ],
      rateLimits: { mails: { perClient: { points: 100_000, windowSeconds: 60 } } },
    });
    app.canaries.add(newPassword);
  });
  after(() => app.close());
  beforeEach(async () => {
    mailer.clear();
    await member(app, (name = `member-${(count += 1)}`));
  });

  /** From the start to the page that asks for the code. */
  async function asked(typed = name, visitor = new Visitor(app)): Promise<Visitor> {
    await visitor.open(page);
    await visitor.follow(await visitor.submit({ uid_field: typed }));
    assert.equal(visitor.step.split(' ')[0], 'email', visitor.page.text);
    return visitor;
  }

  async function mailed(): Promise<{ code: string; link: string }> {
    const mail = await mailer.next(`${name}@example.com`);
    const [code, link] = [mailer.codeIn(mail) ?? '', mailer.linkIn(mail) ?? ''];
    app.canaries.add(code);
    app.canaries.add(link.split('token=')[1] ?? '');
    return { code, link };
  }

  it('a name, the code from the mail and a new password change the password, and nobody is signed in', async () => {
    const visitor = await asked();
    const { code } = await mailed();
    await visitor.follow(await visitor.submit({ code: ` ${code.toLowerCase().replace('-', ' ')} ` }));
    assert.equal(visitor.step.split(' ')[0], 'password', visitor.page.text);
    const done = await visitor.follow(await visitor.submit({ password: newPassword }));
    assert.match(done.text, /Your password is changed/);
    assert.equal(await visitor.me(), null);
    const last = await visitor.submit({});
    assert.equal(last.location, signInPage);
    assert.equal((await signIn(new Visitor(app), name, password)).status, 422);
    assert.equal((await signIn(new Visitor(app), name, newPassword)).location, '/inside');
    assert.equal((await mailer.next(`${name}@example.com`)).kind, 'password_changed');
  });

  it('the sign-in page links to it', async () => {
    const { text } = await new Visitor(app).open(signInPage);
    assert.equal(text.split(`href="${page}"`).length, 2, text);
    assert.match(text, /Forgot your password\?/);
  });

  it('the link shows a button, changes nothing, and confirms in the same browser', async () => {
    const visitor = await asked();
    const { link } = await mailed();
    const { pathname, search } = new URL(link);
    for (const method of ['HEAD', 'GET']) {
      const answer = await visitor.send(method, pathname + search);
      assert.equal(answer.status, 303);
      assert.ok(!answer.location.includes('token'), answer.location);
    }
    const shown = await visitor.open(pathname + search);
    assert.match(shown.text, /Press the button to confirm/);
    assert.ok(!shown.text.includes(search.slice(7)), 'the token is not on the page');
    assert.equal(visitor.step.split(' ')[0], 'email');
    await visitor.follow(await visitor.submit({}));
    assert.equal(visitor.step.split(' ')[0], 'password', visitor.page.text);
  });
});
