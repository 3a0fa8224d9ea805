import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { accountOf } from '../support/account.js';
import type { HtmlForm } from '../support/html-form.js';
import { openTestApp, secrets, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

describe('a form that the kit did not issue', () => {
  let testApp: TestApp;
  let visitor: Visitor;
  let account: HtmlForm;
  let codePage: HtmlForm;
  let code: string;
  before(async () => {
    testApp = await openTestApp();
    ({ code } = await testApp.enrollment.invitations.create({ uses: 100 }));
  });
  after(() => testApp.close());
  beforeEach(async () => {
    visitor = new Visitor(testApp);
    await visitor.open();
    codePage = visitor.form;
    await visitor.follow(await visitor.submit({ invite_code: code }));
    account = visitor.form;
  });

  async function refused(signature: string | readonly string[] | undefined, status = 403): Promise<void> {
    const members = testApp.members.length;
    const fields = signature === undefined ? {} : { enrollment_step: signature };
    const answer = await visitor.post(testApp.page, { ...fields, ...accountOf('forged') });
    assert.equal(answer.status, status, answer.text);
    assert.equal(testApp.members.length, members);
    await visitor.open();
    assert.equal(visitor.signature, account.hidden['enrollment_step']);
  }

  const own = (): string => account.hidden['enrollment_step'] ?? '';
  const mac = (): string => own().split('.')[2] ?? '';

  it('is refused without a signature', () => refused(undefined));
  it('is refused with an empty one', () => refused(''));
  it('is refused with one that was guessed', () => refused(`1.account.${'A'.repeat(22)}`));
  it('is refused with one of another revision', () => refused(`2.account.${mac()}`));
  it('is refused with one of another step', () => refused(`1.user-write.${mac()}`));
  it('is refused with one that is cut, extended or respelled', async () => {
    for (const spoilt of [
      own().slice(0, -1),
      `${own()}A`,
      ` ${own()}`,
      `${own()}\n`,
      own().toUpperCase(),
      `01.account.${mac()}`,
      `1.account.${mac()}=`,
      'x'.repeat(5000),
    ])
      await refused(spoilt);
  });
  it('is refused with two signatures', () => refused([own(), own()], 400));

  it('is refused with every single letter of the MAC changed', async () => {
    for (let at = own().length - 22; at < own().length; at += 1) {
      const other = own()[at] === 'B' ? 'C' : 'B';
      const spoilt = own().slice(0, at) + other + own().slice(at + 1);
      // The last of 22 letters carries four bits that do not affect the decoded value.
      if (Buffer.from(spoilt.slice(-22), 'base64url').equals(Buffer.from(mac(), 'base64url'))) continue;
      await refused(spoilt);
    }
  });

  it('is refused with the signature of another visitor’s plan', async () => {
    const other = new Visitor(testApp);
    await other.enterCode(code);
    await refused(other.signature);
  });

  it('is refused with one made under another secret', async () => {
    const stranger = await openTestApp({ secret: secrets[1] });
    const other = new Visitor(stranger);
    await other.open();
    other.client.cookies.set(
      'enrollment.plan.invite',
      visitor.client.cookies.get('enrollment.plan.invite') ?? '',
      testApp.page,
    );
    await refused(other.signature);
    await stranger.close();
  });

  it('a valid signature for a completed step does nothing, and redirects to the current one', async () => {
    const answer = await visitor.post(testApp.page, { ...codePage.hidden, ...accountOf('too-early') });
    assert.ok(answer.status === 303 || answer.status === 422);
    assert.ok(!testApp.members.some(({ username }) => username === 'too-early'));
    await visitor.open();
    assert.equal(visitor.step, 'account 1');
  });

  it('the refusal says what to do, and the same tab then continues', async () => {
    const answer = await visitor.post(testApp.page, accountOf('forged'));
    assert.match(answer.text, new RegExp(`href="${testApp.page}"`));
    await visitor.open();
    assert.equal((await visitor.submit(accountOf('went-on'))).status, 303);
  });
});
