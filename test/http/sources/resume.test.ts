import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { accountOf, password } from '../../support/account.js';
import { form } from '../../support/html-form.js';
import { member } from '../../support/http/sign-in-app.js';
import { Visitor } from '../../support/http/visitor.js';
import type { OpenIdProvider } from '../../support/openid-provider.js';
import { openAcmeApp, startAcme, type AcmeApp } from '../../support/sources/acme.js';
import { connectPage, gatePage, withoutPassword, withSignIn } from '../../support/sources/people.js';

const page = '/if/flow/invite/';
const start = `${page}source/acme/`;

describe('a flow that continues after the provider', () => {
  let provider: OpenIdProvider;
  let testApp: AcmeApp;
  let visitor: Visitor;
  let code: string;
  before(async () => {
    provider = await startAcme();
  });
  after(() => provider.close());
  beforeEach(async () => {
    testApp = await openAcmeApp(provider, { flows: [...withSignIn] });
    visitor = new Visitor(testApp);
    ({ code } = await testApp.enrollment.invitations.create());
  });
  afterEach(() => testApp.close());

  /** The value of a field on the open page, and whether it is editable. */
  function field(name: string): { readonly value: string; readonly fixed: boolean } | null {
    const { controls } = form(visitor.page.text, 'enrollment_step');
    const control = controls.find((one) => one.name === name);
    if (control === undefined) return null;
    const [tag = ''] = new RegExp(`<input[^>]*name="${name}"[^>]*>`).exec(visitor.page.text) ?? [];
    return { value: control.value, fixed: /readonly/i.test(tag) };
  }

  function plan(): string {
    const planToken = visitor.client.cookies.get('enrollment.plan.invite');
    assert.ok(planToken);
    return planToken;
  }

  const annsAccount = (): Promise<string | null> => testApp.connections.find(testApp.identityOf('ann'));

  it('before the code: the code is asked for, a password is not, the verified address applies', async () => {
    await visitor.open();
    assert.match(visitor.page.text, /Continue with Acme/);
    const before = plan();
    const back = await testApp.by(visitor, 'ann', start);
    assert.deepEqual([back.status, back.location], [303, page]);
    assert.notEqual(plan(), before, 'F5: who planted the cookie before has no part in what is known now');
    await visitor.get(page);
    assert.match(visitor.page.text, /signed in to Acme as ann@example\.com/);
    assert.doesNotMatch(visitor.page.text, /Continue with Acme/);
    await visitor.follow(await visitor.submit({ invite_code: code }));
    assert.deepEqual(field('email'), { value: 'ann@example.com', fixed: true });
    assert.deepEqual([field('username')?.value, field('password')], ['ann', null]);
    const done = await visitor.submit({ username: 'ann', email: 'mallory@example.com', password });
    assert.equal(done.location, '/welcome');
    const [member] = testApp.members;
    assert.deepEqual([member?.email, await annsAccount()], ['ann@example.com', member?.id]);
    assert.equal(await visitor.me(), 'ann');
    assert.ok(member && (await testApp.users.passwordHash?.(member)) === null, 'no password was kept');
  });

  it('without any page before: the plan token is created during the sign-in', async () => {
    const back = await testApp.by(visitor, 'ann', start);
    await visitor.get(back.location);
    await visitor.follow(await visitor.submit({ invite_code: code }));
    await visitor.submit({ username: 'ann' });
    assert.equal(await visitor.me(), 'ann');
  });

  it('after an accepted code, which stays accepted', async () => {
    await visitor.enterCode(code);
    assert.match(visitor.page.text, /Continue with Acme/);
    const before = plan();
    const back = await testApp.by(visitor, 'ann', start);
    assert.equal(back.location, page);
    assert.notEqual(plan(), before, 'F5');
    await visitor.get(page);
    assert.equal(visitor.step.split(' ')[0], 'account');
    assert.deepEqual([field('email'), field('password')], [{ value: 'ann@example.com', fixed: true }, null]);
    await visitor.submit({ username: 'ann' });
    assert.deepEqual([await visitor.me(), testApp.members.length], ['ann', 1]);
    assert.equal((await testApp.enrollment.invitations.explain(code))?.invitation?.redeemed, 1);
  });

  it('from the account page with an invalid input', async () => {
    await visitor.enterCode(code);
    assert.equal(
      (await visitor.submit({ ...accountOf('ann'), password_repeat: 'something else altogether' })).status,
      422,
    );
    await visitor.get((await testApp.by(visitor, 'ann', start)).location);
    await visitor.submit({ username: 'annie' });
    assert.deepEqual([await visitor.me(), testApp.members[0]?.email], ['annie', 'ann@example.com']);
  });

  it('“Try again” after a failure at the provider leads back to it, and the flow is completed', async () => {
    await visitor.enterCode(code);
    const failed = await testApp.by(visitor, null, start);
    assert.equal(failed.status, 403);
    assert.match(failed.text, /<h1[^>]*>You weren’t signed in<\/h1>/);
    const [, again = ''] =
      /<a class="enrollment-button" href="([^"]*)">Try again<\/a>/.exec(failed.text) ?? assert.fail(failed.text);
    const [, goBack = ''] = /href="([^"]*)">Go back to where you were</.exec(failed.text) ?? assert.fail(failed.text);
    assert.deepEqual([again, goBack], [start, page]);
    await visitor.open(goBack);
    assert.match(visitor.step, /^account/);
    const back = await testApp.by(visitor, 'ann', again);
    assert.deepEqual([back.status, back.location], [303, page]);
    await visitor.get(page);
    assert.deepEqual([visitor.step.split(' ')[0], field('email')?.value], ['account', 'ann@example.com']);
    assert.equal((await visitor.submit({ username: 'ann' })).location, '/welcome');
    assert.deepEqual([await visitor.me(), await annsAccount()], ['ann', testApp.members[0]?.id]);
    assert.equal((await testApp.enrollment.invitations.explain(code))?.invitation?.redeemed, 1);
  });

  it('an unverified address is only a proposal', async () => {
    await visitor.enterCode(code);
    await visitor.get((await testApp.by(visitor, 'bob', start)).location);
    assert.deepEqual(field('email'), { value: 'bob@example.com', fixed: false });
    await visitor.submit({ username: 'bob', email: 'robert@example.com' });
    assert.equal(testApp.members[0]?.email, 'robert@example.com');
  });

  it('with the code and the next of a link', async () => {
    await visitor.open(`${page}?invite=${encodeURIComponent(code)}&next=/books`);
    assert.equal(field('invite_code')?.value.replace(/-/g, ''), code.replace(/-/g, ''));
    await visitor.get((await testApp.by(visitor, 'ann', start)).location);
    assert.equal(field('invite_code')?.value.replace(/-/g, ''), code.replace(/-/g, ''));
    await visitor.follow(await visitor.submit({ invite_code: field('invite_code')?.value ?? '' }));
    const done = await visitor.submit({ username: 'ann' });
    assert.deepEqual([done.location, await visitor.me()], ['/books', 'ann']);
  });

  it('next is not lost if the account already exists', async () => {
    const ann = await withoutPassword(testApp, 'ann');
    await testApp.connections.link(ann.id, testApp.identityOf('ann'));
    await visitor.open(`${page}?next=/books`);
    assert.equal((await testApp.by(visitor, 'ann', start)).location, '/books', 'before the code');
    assert.equal(await visitor.me(), 'ann');

    const second = new Visitor(testApp);
    await second.open(`${page}?next=/books`);
    await second.follow(await second.submit({ invite_code: code }));
    const back = await testApp.by(second, 'ann', start);
    assert.deepEqual([back.location, await second.me()], ['/books', 'ann'], 'after the code');
  });

  it('nor if an account must be connected first', async () => {
    await member(testApp, 'ann');
    await visitor.open(`${page}?next=/books`);
    await visitor.follow(await visitor.submit({ invite_code: code }));
    const back = await testApp.by(visitor, 'ann', start);
    assert.equal(back.location, connectPage);
    await visitor.get(back.location);
    await visitor.follow(await visitor.submit({ password }));
    const done = await visitor.submit({});
    assert.deepEqual([done.location, await visitor.me()], ['/books', 'ann']);
  });

  it('nor between the sign-in page and the gate', async () => {
    await visitor.open('/if/flow/sign-in/?next=/books');
    const back = await testApp.by(visitor, 'ann', '/if/flow/sign-in/source/acme/');
    assert.equal(back.location, gatePage);
    await visitor.get(back.location);
    assert.equal((await visitor.submit({ invite_code: code })).location, '/books');
  });

  it('with another account, any number of times; nothing of the first remains', async () => {
    await visitor.enterCode(code);
    await visitor.get((await testApp.by(visitor, 'ann', start)).location);
    assert.match(visitor.page.text, /href="\/if\/flow\/invite\/source\/acme\/other\/"/);
    await visitor.get((await testApp.by(visitor, 'bob', `${start}other/`)).location);
    assert.equal(visitor.step.split(' ')[0], 'account');
    assert.deepEqual(field('email'), { value: 'bob@example.com', fixed: false });
    assert.doesNotMatch(visitor.page.text, /ann@example\.com/);
    assert.equal(field('username')?.value, 'bob');
    await visitor.submit({ username: 'bob', email: 'bob@example.com' });
    assert.deepEqual([await visitor.me(), await annsAccount()], ['bob', null]);
    assert.equal(await testApp.connections.find(testApp.identityOf('bob')), testApp.members[0]?.id);
  });

  it('the gate’s own page offers another account, too', async () => {
    await visitor.get((await testApp.by(visitor, 'ann')).location);
    const other = '/if/flow/no-access-yet/source/acme/other/';
    assert.ok(visitor.page.text.includes(`href="${other}"`));
    await visitor.get((await testApp.by(visitor, 'carl', other)).location);
    assert.match(visitor.page.text, /carl@example\.com/);
    await visitor.follow(await visitor.submit({ invite_code: code }));
    await visitor.follow(await visitor.submit({ username: 'carl' }));
    assert.deepEqual([await visitor.me(), await annsAccount()], ['carl', null]);
  });

  it('an identity with an account signs in, and the reserved seat is free at once', async () => {
    const ann = await withoutPassword(testApp, 'ann');
    await testApp.connections.link(ann.id, testApp.identityOf('ann'));
    const held = await testApp.enrollment.invitations.create({ reserve: 30 });
    await visitor.enterCode(held.code);
    const other = new Visitor(testApp);
    await other.open();
    assert.equal((await other.submit({ invite_code: held.code })).status, 422, 'the place is kept');
    const back = await testApp.by(visitor, 'ann', start);
    assert.deepEqual([back.status, await visitor.me()], [303, 'ann']);
    await other.follow(await other.submit({ invite_code: held.code }));
    assert.equal(other.step.split(' ')[0], 'account');
  });

  it('a person who cancels at the provider returns to the plan as it was', async () => {
    await visitor.enterCode(code);
    const refused = await testApp.by(visitor, null, start);
    assert.equal(refused.status, 403);
    assert.ok(refused.text.includes(`href="${page}"`), refused.text);
    await visitor.get(page);
    assert.equal(visitor.step.split(' ')[0], 'account');
    await visitor.submit(accountOf('zoe'));
    assert.equal(await visitor.me(), 'zoe');
  });

  it('from the sign-in page: to the next of the link', async () => {
    const ann = await withoutPassword(testApp, 'ann');
    await testApp.connections.link(ann.id, testApp.identityOf('ann'));
    await visitor.open('/if/flow/sign-in/?next=/books');
    assert.match(visitor.page.text, /Continue with Acme/);
    const back = await testApp.by(visitor, 'ann', '/if/flow/sign-in/source/acme/');
    assert.deepEqual([back.location, await visitor.me()], ['/books', 'ann']);
  });

  it('below a mount path', async () => {
    const mounted = await openAcmeApp(provider, { mount: '/join' });
    const there = new Visitor(mounted);
    await there.enterCode((await mounted.enrollment.invitations.create()).code);
    assert.ok(there.page.text.includes('href="/join/if/flow/invite/source/acme/"'));
    await there.get((await mounted.by(there, 'ann', `/join${start}`)).location);
    await there.submit({ username: 'ann' });
    assert.equal(await there.me(), 'ann');
    const again = await mounted.by(new Visitor(mounted), 'ann', '/join/source/acme/login?next=/join/books');
    assert.equal(again.location, '/join/books');
    await mounted.close();
  });

  it('a prefetching browser begins nothing', async () => {
    const ahead = await visitor.client.get(start, { 'sec-purpose': 'prefetch' });
    assert.deepEqual([ahead.status, ahead.location], [204, '']);
    assert.equal((await visitor.client.send('HEAD', start)).status, 204);
    assert.equal((await visitor.client.get('/if/flow/invite/source/nobody/')).status, 404);
    assert.equal((await visitor.client.get('/if/flow/nowhere/source/acme/')).status, 404);
  });
});
