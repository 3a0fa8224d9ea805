import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { after, before, beforeEach, describe, it } from 'mocha';
import { generateSync } from 'otplib';
import { accountSettings } from '../../lib/flows.js';
import { signInFlow, type MemoryUser } from '../../lib/index.js';
import type { Authenticator, Authenticators } from '../../lib/ports/authenticators.js';
import { memoryAuthenticators } from '../../lib/stores/memory/authenticators.js';
import { password } from '../support/account.js';
import { member, signIn } from '../support/http/sign-in-app.js';
import type { RawAnswer } from '../support/raw-client.js';
import { openTestApp, signup, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const listPage = '/if/flow/account-authenticators/';
const totpPage = '/if/flow/account-totp/';
const elevenMinutes = 660_000;

/** The links of a page, each with its look. */
function linksIn(text: string): readonly string[] {
  return [...text.matchAll(/<a class="(enrollment-(?:button|link)[^"]*)" href="([^"]*)"/g)].map(
    ([, look = '', href = '']) => `${look} ${href}`,
  );
}

describe('the authenticators page of account settings', () => {
  let app: TestApp;
  let authenticators: Authenticators;
  let ann: MemoryUser;
  let visitor: Visitor;
  let count = 0;
  /** Called once one was removed, before the form that removed it goes on. */
  let removed = (): Promise<unknown> => Promise.resolve();
  before(async () => {
    const store = memoryAuthenticators();
    authenticators = {
      ...store,
      async remove(...given) {
        const done = await store.remove(...given);
        await removed();
        return done;
      },
    };
    app = await openTestApp({
      authenticators,
      flows: [
        signInFlow({ slug: 'sign-in', target: '/inside' }),
        ...accountSettings({ authenticators: ['totp', 'recovery_codes'], leave: false }),
        signup,
      ],
    });
  });
  after(() => app.close());
  beforeEach(async () => {
    ann = await member(app, `ann-${(count += 1)}`);
    visitor = new Visitor(app);
    await signIn(visitor, ann.username ?? '');
  });

  const codeFor = (secret: string): string => generateSync({ secret, epoch: Math.floor(app.clock.now() / 1000) });
  const ownOf = async ({ id }: MemoryUser, type: Authenticator['type'] = 'totp'): Promise<Authenticator | undefined> =>
    (await authenticators.list(id)).find((one) => one.type === type);

  /** Sets up an app and recovery codes by the pages; returns the key. */
  async function enroll(browser: Visitor): Promise<string> {
    await browser.open(totpPage);
    const page = await browser.follow(await browser.submit({ password }));
    const secret = /secret=([A-Z2-7]+)/.exec(page.text)?.[1] ?? '';
    app.canaries.add(secret);
    await browser.follow(await browser.submit({ code: codeFor(secret) }));
    const done = await browser.submit({});
    assert.equal(done.location.replace(/\?.*/, ''), listPage, done.text);
    app.clock.advance(60_000);
    return secret;
  }

  /** From the list to the page of one authenticator. */
  async function choose(browser: Visitor, id: string): Promise<void> {
    await browser.open(listPage);
    await browser.follow(await browser.submit({ authenticator: id }));
    assert.equal(browser.step.split(' ')[0], 'authenticator', browser.page.text);
  }

  const removals = (): number => app.events.filter(({ name }) => name === 'authenticator.removed').length;

  it('tells a user without a password that one is needed, and has no link that would ask for it', async () => {
    const isLinked = async (): Promise<boolean> =>
      linksIn((await visitor.open(listPage)).text).some((link) => link.endsWith(totpPage));
    assert.equal(await isLinked(), true);
    await app.users.update?.(ann, { passwordHash: null });
    assert.equal(await isLinked(), false);
    const refused = await visitor.open(totpPage);
    assert.equal(refused.status, 403);
    assert.match(refused.text, /You need a password for this. Set one first, then come back./);
  });

  it('says so where there are none, and links to what can be set up', async () => {
    const { text, status } = await visitor.open(listPage);
    assert.equal(status, 200);
    assert.match(text, /haven’t set up an authenticator app/);
    assert.doesNotMatch(text, /Choose one|optional/);
    assert.deepEqual(linksIn(text), [
      'enrollment-button /if/flow/account-totp/',
      'enrollment-link enrollment-link--quiet /if/flow/account/',
    ]);
    assert.doesNotMatch(text, /<button(?! class="enrollment-languages)/);
    assert.match((await visitor.open('/if/flow/account/')).text, /Authenticators and passkeys/);
  });

  it('lists type, day and last use, and gives another name', async () => {
    await enroll(visitor);
    const { text } = await visitor.open(listPage);
    assert.match(text, /Authenticator app, added on .*, never used/);
    assert.match(text, /Recovery codes, added on .*, never used/);
    assert.match(text, /href="\/if\/flow\/account-recovery-codes\/">Get new recovery codes</);
    const { id = '' } = (await ownOf(ann)) ?? {};
    await choose(visitor, id);
    for (const name of ['', 'x'.repeat(65), 'a\u0000b'])
      assert.equal((await visitor.submit({ authenticator_name: name })).status, 422, name);
    const answer = await visitor.submit({ authenticator_name: ` My <b>phone</b> ` });
    assert.equal(answer.status, 303, answer.text);
    assert.equal((await ownOf(ann))?.name, 'My <b>phone</b>');
    assert.match((await visitor.open(listPage)).text, /Authenticator app.{0,9} \(My &lt;b&gt;phone/);
  });

  it('removes one after a code of the second factor, with an event; a second click changes nothing', async () => {
    const secret = await enroll(visitor);
    const { id = '' } = (await ownOf(ann)) ?? {};
    const before = removals();
    await choose(visitor, id);
    assert.match(visitor.page.text, /<button class="enrollment-button" type="submit">Save changes/);
    assert.match(visitor.page.text, /<button class="enrollment-button enrollment-button--danger"[^>]*>Remove this /);
    await visitor.follow(await visitor.submit({ authenticator_name: 'x', authenticator_removed: 'yes' }));
    assert.equal(visitor.step.split(' ')[0], 'removal', visitor.page.text);
    assert.match(visitor.page.text, /Authenticator app, added on [^]*recovery codes are removed too/);
    assert.match(
      visitor.page.text,
      /<button class="enrollment-button enrollment-button--danger" type="submit">Remove this/,
    );
    await visitor.follow(await visitor.submit({}));
    assert.equal(visitor.step.split(' ')[0], 'second-factor', visitor.page.text);
    // The last page names it too, and its way out ends what has begun.
    assert.match(visitor.page.text, /Authenticator app, added on [^]*recovery codes are removed too/);
    assert.match(
      visitor.page.text,
      /<button class="enrollment-link enrollment-link--quiet"[^>]*name="enrollment_cancel"[^>]*>Cancel</,
    );
    assert.equal((await visitor.submit({ code: '000000' })).status, 422);
    assert.ok(await ownOf(ann));
    const { action, hidden } = visitor.form;
    const fields = { ...hidden, code: codeFor(secret) };
    assert.equal((await visitor.post(action, fields)).status, 303);
    assert.equal((await visitor.post(action, fields)).status, 303);
    assert.equal(await ownOf(ann), undefined);
    // Alone, the recovery codes would be asked for at each sign-in.
    assert.equal(await ownOf(ann, 'recovery_codes'), undefined);
    assert.equal(removals() - before, 2);
    assert.equal(app.events.findLast(({ name }) => name === 'authenticator.removed')?.facts['user'], ann.id);
  });

  it('answers the second of two clicks on the code that removes one as the first', async () => {
    const secret = await enroll(visitor);
    const { id = '' } = (await ownOf(ann)) ?? {};
    await choose(visitor, id);
    await visitor.follow(await visitor.submit({ authenticator_name: '', authenticator_removed: 'yes' }));
    for (let pages = 0; pages < 3 && !visitor.step.startsWith('second-factor'); pages += 1)
      await visitor.follow(await visitor.submit({}));
    const { action, hidden } = visitor.form;
    const form = { ...hidden, code: codeFor(secret) };
    const second = new Visitor(app);
    for (const name of visitor.client.cookies.names())
      second.client.cookies.set(name, visitor.client.cookies.get(name) ?? '');
    const answers: Promise<RawAnswer>[] = [];
    removed = () => {
      removed = () => Promise.resolve();
      answers.push(second.post(action, form));
      return delay(100);
    };
    answers.unshift(visitor.post(action, form));
    await answers[0];
    const shown = (await Promise.all(answers)).map(({ status, location }) => [status, location]);
    assert.deepEqual(shown, [
      [303, '/if/flow/account/'],
      [303, '/if/flow/account/'],
    ]);
    assert.deepEqual([await ownOf(ann), await second.me()], [undefined, ann.username]);
  });

  it('saves a name that was typed before one decides to keep it, and removes nothing', async () => {
    await enroll(visitor);
    const { id = '' } = (await ownOf(ann)) ?? {};
    await choose(visitor, id);
    const before = removals();
    await visitor.follow(await visitor.submit({ authenticator_name: 'My phone', authenticator_removed: 'yes' }));
    assert.equal(visitor.step.split(' ')[0], 'removal', visitor.page.text);
    const answer = await visitor.submit({ authenticator_kept: 'yes' });
    assert.equal(answer.status, 303, answer.text);
    assert.deepEqual([(await ownOf(ann))?.name, removals() - before], ['My phone', 0]);
    assert.match((await visitor.open(listPage)).text, /My phone/);
  });

  it('keeps what one decides to keep, under its name, and returns to the list', async () => {
    await enroll(visitor);
    const { id = '' } = (await ownOf(ann)) ?? {};
    await choose(visitor, id);
    const name = 'Authenticator app';
    await visitor.follow(await visitor.submit({ authenticator_name: name, authenticator_removed: 'yes' }));
    const answer = await visitor.submit({ authenticator_kept: 'yes' });
    assert.equal(answer.location.replace(/\?.*/, ''), '/if/flow/account-authenticators/', answer.text);
    assert.equal((await ownOf(ann))?.name, 'Authenticator app');
    await visitor.open(listPage);
    assert.equal(visitor.step.split(' ')[0], 'authenticators');
  });

  it('asks for the password where the sign-in was long ago', async () => {
    await enroll(visitor);
    app.clock.advance(elevenMinutes);
    const { text } = await visitor.open(listPage);
    assert.equal(visitor.step, 'confirm 0');
    assert.doesNotMatch(text, /added on/);
    await visitor.follow(await visitor.submit({ password }));
    assert.equal(visitor.step.split(' ')[0], 'authenticators');
  });

  it('evidence that became old on the way removes and renames nothing', async () => {
    const secret = await enroll(visitor);
    const { id = '' } = (await ownOf(ann)) ?? {};
    await choose(visitor, id);
    app.clock.advance(elevenMinutes);
    assert.equal((await visitor.submit({ authenticator_name: 'late' })).status, 403);
    assert.equal((await ownOf(ann))?.name, 'Authenticator app');
    await visitor.open(listPage);
    await visitor.follow(await visitor.submit({ password }));
    await visitor.follow(await visitor.submit({ authenticator: id }));
    await visitor.follow(await visitor.submit({ authenticator_name: 'x', authenticator_removed: 'yes' }));
    await visitor.follow(await visitor.submit({}));
    app.clock.advance(elevenMinutes);
    // The code itself is evidence, and of this very request.
    const answer = await visitor.submit({ code: codeFor(secret) });
    assert.equal(answer.status, 303, answer.text);
    assert.equal(await ownOf(ann), undefined);
  });

  it('CVE-2025-52553: an authenticator of another user is no answer, and is never found', async () => {
    const bob = await member(app, `bob-${count}`);
    const his = new Visitor(app);
    await signIn(his, bob.username ?? '');
    await enroll(his);
    const { id = '' } = (await ownOf(bob)) ?? {};
    await enroll(visitor);
    await visitor.open(listPage);
    for (const authenticator of [id, '__proto__', `${id} `, 'x'.repeat(5000)])
      assert.equal((await visitor.submit({ authenticator })).status, 422, authenticator);
    const kept = JSON.stringify(await authenticators.list(bob.id));
    await choose(visitor, (await ownOf(ann))?.id ?? '');
    const more = { authenticator: id, pending_user: bob.id, 'prompt_data.authenticator': id };
    await visitor.submit({ authenticator_name: 'stolen', ...more });
    assert.equal(JSON.stringify(await authenticators.list(bob.id)), kept);
  });

  it('a page that another user of the browser began changes nothing', async () => {
    await enroll(visitor);
    const { id = '' } = (await ownOf(ann)) ?? {};
    await choose(visitor, id);
    const { action, hidden } = visitor.form;
    const cookie = 'enrollment.plan.account-authenticators';
    const plan = visitor.client.cookies.get(cookie) ?? '';
    const bob = await member(app, `bob-${count}`);
    await visitor.client.post('/sign-out', {});
    await signIn(visitor, bob.username ?? '');
    visitor.client.cookies.set(cookie, plan);
    const kept = JSON.stringify(await authenticators.list(ann.id));
    await visitor.post(action, { ...hidden, authenticator_name: 'Eve', authenticator_removed: 'yes' });
    assert.equal(JSON.stringify(await authenticators.list(ann.id)), kept);
  });

  it('gives recovery codes only to those who have something that they stand in for', async () => {
    await visitor.open('/if/flow/account-recovery-codes/');
    const answer = await visitor.submit({ password });
    assert.equal(answer.status, 403);
    assert.match(answer.text, /Set up an authenticator app or a passkey first/);
    assert.deepEqual(await authenticators.list(ann.id), []);
  });

  it('sets nothing up for evidence that became old on the way, and starts again with a notice', async () => {
    await visitor.open(totpPage);
    const page = await visitor.follow(await visitor.submit({ password }));
    const secret = /secret=([A-Z2-7]+)/.exec(page.text)?.[1] ?? '';
    app.canaries.add(secret);
    app.clock.advance(elevenMinutes);
    const late = await visitor.submit({ code: codeFor(secret) });
    assert.equal(late.status, 303);
    const { text } = await visitor.follow(late);
    assert.match(text, /Your session expired/);
    assert.equal(visitor.step, 'password 0');
    assert.deepEqual(await authenticators.list(ann.id), []);
  });

  it('keeps the secret that the app has scanned: after the password is typed again, its code is right', async () => {
    await visitor.open(totpPage);
    const page = await visitor.follow(await visitor.submit({ password }));
    const secret = /secret=([A-Z2-7]+)/.exec(page.text)?.[1] ?? '';
    app.canaries.add(secret);
    for (let times = 0; times < 2; times += 1) {
      app.clock.advance(elevenMinutes);
      // By the form, and by opening the page again.
      await visitor.follow(times === 0 ? await visitor.submit({ code: codeFor(secret) }) : await visitor.get(totpPage));
      assert.equal(visitor.step, 'password 0');
      assert.equal((await visitor.submit({ password: 'another password' })).status, 422);
      const again = await visitor.follow(await visitor.submit({ password }));
      assert.ok(again.text.includes(secret));
    }
    assert.equal((await visitor.submit({ code: codeFor(secret) })).status, 303);
    assert.deepEqual(
      (await authenticators.list(ann.id)).map(({ type }) => type),
      ['totp'],
    );
  });

  it('shows recovery codes no more once the password is eleven minutes old', async () => {
    const secret = await enroll(visitor);
    await visitor.open('/if/flow/account-recovery-codes/');
    await visitor.follow(await visitor.submit({ password }));
    await visitor.follow(await visitor.submit({ code: codeFor(secret) }));
    assert.match(visitor.page.text, /Save your recovery codes/);
    const kept = JSON.stringify(await authenticators.list(ann.id));
    const { action, hidden } = visitor.form;
    app.clock.advance(elevenMinutes);
    const { text } = await visitor.open('/if/flow/account-recovery-codes/');
    assert.doesNotMatch(text, /enrollment-codes|<code/);
    assert.equal(visitor.step, 'password 0');
    await visitor.post(action, hidden);
    assert.equal(JSON.stringify(await authenticators.list(ann.id)), kept);
  });

  it('a set-up that another user of the browser began starts again with a notice, without an empty page', async () => {
    await visitor.open(totpPage);
    await visitor.follow(await visitor.submit({ password }));
    const { action, hidden } = visitor.form;
    const plan = visitor.client.cookies.get('enrollment.plan.account-totp') ?? '';
    const bob = await member(app, `bob-${count}`);
    await visitor.client.post('/sign-out', {});
    await signIn(visitor, bob.username ?? '');
    visitor.client.cookies.set('enrollment.plan.account-totp', plan);
    const { text } = await visitor.open(totpPage);
    assert.match(text, /started over/);
    assert.equal(visitor.step, 'password 0');
    assert.notEqual((await visitor.post(action, { ...hidden, code: '000000' })).status, 200);
    assert.deepEqual(await authenticators.list(bob.id), []);
  });

  it('is for signed-in users only', async () => {
    assert.equal((await new Visitor(app).open(listPage)).status, 403);
  });
});
