import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import {
  inviteSignupFlow,
  signInFlow,
  userWrite,
  userLogin,
  defineFlow,
  promptStage,
  email,
  username,
} from '../../lib/index.js';
import { emailStage } from '../../lib/stages.js';
import type { NewAccount } from '../../lib/ports/user-store.js';
import { memoryMailer } from '../../lib/testing/memory-mailer.js';
import { accountOf } from '../support/account.js';
import { member, signInPage } from '../support/http/sign-in-app.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

describe('a sign-up that proves the address', () => {
  const mailer = memoryMailer();
  const written: NewAccount[] = [];
  let app: TestApp;
  let name: string;
  let count = 0;

  before(async () => {
    const plain = await openTestApp();
    const { users, redemptions } = plain;
    await plain.close();
    app = await openTestApp({
      mailer,
      redemptions,
      users: {
        ...users,
        create(account, redemption) {
          written.push(account);
          return users.create(account, redemption);
        },
      },
      flows: [
        inviteSignupFlow({
          slug: 'invite',
          fields: ['username', 'email', 'password'],
          repeat: true,
          verifyEmail: true,
          target: '/welcome',
        }),
        defineFlow({
          slug: 'first',
          title: 'Mail first',
          designation: 'enrollment',
          stages: [
            promptStage({ name: 'address', prompts: [email({ key: 'email', label: 'Email' })] }),
            emailStage({ name: 'email', recipient: 'typed' }),
            promptStage({
              name: 'names',
              prompts: [username({ key: 'username', label: 'Name' }), email({ key: 'email', label: 'Email' })],
            }),
            userWrite({ name: 'write' }),
            userLogin({ name: 'login' }),
          ],
        }),
        signInFlow({ slug: 'sign-in', target: '/inside' }),
      ],
      registration: 'open',
      rateLimits: { mails: { perClient: { points: 100_000, windowSeconds: 60 } } },
    });
  });
  after(() => app.close());
  beforeEach(() => {
    mailer.clear();
    written.splice(0);
    name = `verified-${(count += 1)}`;
  });

  async function invited(): Promise<Visitor> {
    const { code } = await app.enrollment.invitations.create({ uses: 2 });
    const visitor = new Visitor(app);
    await visitor.enterCode(code);
    return visitor;
  }

  async function codeFor(address: string): Promise<string> {
    const code = mailer.codeIn(await mailer.next(address)) ?? '';
    app.canaries.add(code);
    return code;
  }

  it('writes the account once the code has come back, with a verified address', async () => {
    const visitor = await invited();
    const page = await visitor.follow(await visitor.submit(accountOf(name)));
    assert.match(page.text, new RegExp(`emailed a code to .*${name}@example.com`));
    assert.deepEqual(written, []);
    assert.equal((await visitor.submit({ code: '0000-0000' })).status, 422);
    assert.deepEqual(written, []);
    const answer = await visitor.submit({ code: await codeFor(`${name}@example.com`) });
    assert.equal(answer.location, '/welcome', answer.text);
    assert.equal(await visitor.me(), name);
    assert.deepEqual(
      written.map(({ email: address, emailVerified }) => [address, emailVerified]),
      [[`${name}@example.com`, true]],
    );
  });

  it('an address that has an account gets the same page, another mail, and no code', async () => {
    const unlike = (visitor: Visitor): string =>
      visitor.page.text.replaceAll(/value="\d\.[^"]+"/g, '').replaceAll(/[\w-]+@example\.com/g, 'ADDRESS');
    const free = await invited();
    await free.follow(await free.submit(accountOf(name)));
    const holder = await member(app, (name = `${name}-taken`));
    await app.users.update?.(holder, { emailVerified: true });
    const visitor = await invited();
    await visitor.follow(await visitor.submit({ ...accountOf(`${name}-2`), email: `${name}@example.com` }));
    assert.equal(unlike(visitor), unlike(free));
    const mail = await mailer.next(`${name}@example.com`);
    assert.deepEqual([mail.kind, mailer.codeIn(mail)], ['account_exists', null]);
    assert.equal(mailer.linkIn(mail), app.url + signInPage);
    assert.equal((await visitor.submit({ code: '0000-0000' })).status, 422);
  });

  it('an account that only typed the address gives it up to the person who proves it, and to no other', async () => {
    const holder = await member(app, (name = `${name}-typed`));
    const address = `${name}@example.com`;
    const visitor = await invited();
    await visitor.follow(await visitor.submit({ ...accountOf(`${name}-2`), email: address }));
    const code = await codeFor(address);
    assert.equal((await app.users.findByLogin('email', address))?.id, holder.id, 'a form alone moves nothing');
    const stranger = await invited();
    await stranger.follow(await stranger.submit({ ...accountOf(`${name}-3`), email: address }));
    assert.equal((await stranger.submit({ code })).status, 422, 'the code of another plan');
    const answer = await visitor.submit({ code });
    assert.equal(answer.location, '/welcome', answer.text);
    const owner = await app.users.findByLogin('email', address);
    assert.deepEqual([owner?.username, owner?.emailVerified], [`${name}-2`, true]);
    const left = await app.users.findById(holder.id);
    assert.deepEqual([left?.username, left?.email], [name, null]);
    const told = app.events.filter(({ name: event }) => event === 'account.address_released');
    assert.deepEqual(told, [{ name: 'account.address_released', facts: { user: holder.id } }]);
    const notice = await mailer.next(address);
    assert.equal(notice.kind, 'address_taken_over');
    assert.equal(mailer.codeIn(notice), null);
    // Proved by now: the next person does not get it.
    const late = await invited();
    await late.follow(await late.submit({ ...accountOf(`${name}-4`), email: address }));
    assert.equal((await app.users.findByLogin('email', address))?.username, `${name}-2`);
  });

  it('an address that is changed after it was proved is not written as verified', async () => {
    const visitor = new Visitor(app);
    await visitor.open('/if/flow/first/');
    await visitor.follow(await visitor.submit({ email: `${name}@example.com` }));
    await visitor.follow(await visitor.submit({ code: await codeFor(`${name}@example.com`) }));
    assert.equal(visitor.step.split(' ')[0], 'names', visitor.page.text);
    const answer = await visitor.submit({ username: name, email: `${name}-other@example.com` });
    assert.equal(answer.status, 303, answer.text);
    assert.deepEqual(
      written.map(({ email: address, emailVerified }) => [address, emailVerified]),
      [[`${name}-other@example.com`, undefined]],
    );
  });

  it('fields of the form that name the proof are not read', async () => {
    const visitor = await invited();
    await visitor.follow(await visitor.submit({ ...accountOf(name), email_verified: `${name}@example.com` }));
    const answer = await visitor.submit({
      email_verified: `${name}@example.com`,
      emailVerified: 'true',
      email_code: 'x',
      code: '',
    });
    assert.equal(answer.status, 422);
    assert.deepEqual(written, []);
  });

  it('needs the address among the fields', () => {
    assert.throws(
      () => inviteSignupFlow({ slug: 'invite', fields: ['username'], verifyEmail: true }),
      /"verifyEmail" needs 'email' among the fields/,
    );
  });
});
