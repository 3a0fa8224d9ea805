import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { createKeyring } from '../../lib/base/keyring.js';
import { inviteSignupFlow, signInFlow } from '../../lib/index.js';
import { mailProof } from '../../lib/invitations/codes/mailed-code.js';
import type { NewAccount } from '../../lib/ports/user-store.js';
import { memoryMailer } from '../../lib/testing/memory-mailer.js';
import { openTestApp, secrets, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { waitUntil } from '../support/wait-until.js';

const until = (ask: () => Promise<boolean>): Promise<true> =>
  waitUntil(
    async () => (await ask()) || undefined,
    () => 'it did not happen',
  );

const password = 'a long enough passphrase';

describe('the link of a mailed invitation', () => {
  const mailer = memoryMailer();
  const refused = new Set<string>();
  const written: NewAccount[] = [];
  let app: TestApp;
  let count = 0;

  before(async () => {
    const plain = await openTestApp();
    const { users, redemptions } = plain;
    await plain.close();
    app = await openTestApp({
      mailer: {
        async send(mail) {
          if (refused.has(mail.to)) throw Object.assign(new Error('no such mailbox'), { responseCode: 550 });
          await mailer.send(mail);
        },
      },
      redemptions,
      users: {
        ...users,
        create(account, redemption) {
          written.push(account);
          return users.create(account, redemption);
        },
      },
      flows: [
        inviteSignupFlow({ slug: 'invite', fields: ['username', 'email', 'password'], target: '/welcome' }),
        inviteSignupFlow({ slug: 'verified', fields: ['username', 'email', 'password'], verifyEmail: true }),
        signInFlow({ slug: 'sign-in', target: '/inside' }),
      ],
    });
  });
  after(() => app.close());
  beforeEach(() => {
    mailer.clear();
    written.splice(0);
    count += 1;
  });

  async function invited(flow = 'invite', email = `p${String(count)}@example.com`) {
    const { id, code, url } = await app.enrollment.invitations.send({ email, flow });
    const proof = mailProof(createKeyring([secrets[0]]), { id, bound: email });
    app.canaries.add(proof).add(code);
    return {
      id,
      code,
      email,
      proof,
      link: `${url}&mail=${proof}`.slice(app.url.length),
      copied: url.slice(app.url.length),
    };
  }

  /** Opens a link as browsers do, and returns the visitor before the code is submitted. */
  async function arrive(link: string, visitor = new Visitor(app)): Promise<Visitor> {
    const { status, location, headers } = await visitor.client.get(link);
    assert.equal(status, 303);
    assert.doesNotMatch(location, /[?]|mail=|invite=/);
    assert.equal(headers['cache-control'], 'no-store');
    await visitor.open(location);
    return visitor;
  }

  const details = (email: string) => ({ username: `person-${String(count)}`, email, password });

  it('verifies the mailbox, and the address cannot be changed', async () => {
    const { code, email, link } = await invited();
    const visitor = await arrive(link);
    assert.ok(visitor.page.text.includes(code), 'the page has the code');
    await visitor.follow(await visitor.submit({ invite_code: code }));
    const other = await visitor.submit(details('other@example.com'));
    assert.deepEqual([other.status, written.length], [422, 0]);
    await visitor.submit(details(email));
    assert.deepEqual([written[0]?.email, written[0]?.emailVerified], [email, true]);
  });

  it('copied without the secret of the mail, or with a wrong one, verifies nothing', async () => {
    for (const wrong of ['', '&mail=', `&mail=${'A'.repeat(22)}`]) {
      count += 1;
      const { code, email, copied } = await invited();
      const visitor = await arrive(copied + wrong);
      await visitor.follow(await visitor.submit({ invite_code: code }));
      await visitor.submit(details(email));
      assert.deepEqual([written.at(-1)?.email, written.at(-1)?.emailVerified], [email, undefined], wrong);
    }
  });

  it('leaves no secret in an address that has a page, or no page of the app gets it in a Referer', async () => {
    const { proof, link } = await invited();
    const alone = await arrive(`/if/flow/invite/?mail=${proof}`);
    assert.equal(alone.page.headers['referrer-policy'], 'same-origin');
    assert.equal(alone.page.status, 200);
    const unknown = await new Visitor(app).client.get(link.replace('/if/flow/invite/', '/if/flow/none/'));
    assert.deepEqual([unknown.status, unknown.headers['referrer-policy']], [404, 'strict-origin']);
  });

  it('GET and HEAD of it, any number of times, use nothing up', async () => {
    const { id, code, email, link } = await invited();
    for (const method of ['GET', 'HEAD', 'GET'] as const) {
      const scanner = new Visitor(app);
      const { location } = await scanner.client.send(method, link);
      await scanner.client.send(method, location);
    }
    assert.equal((await app.enrollment.invitations.get(id)).redeemed, 0);
    const visitor = await arrive(link);
    await visitor.follow(await visitor.submit({ invite_code: code }));
    await visitor.submit(details(email));
    assert.equal(written[0]?.emailVerified, true);
  });

  it('a later link without it replaces it, and one to another code does not lend it', async () => {
    const [mine, other] = [await invited(), await invited('invite', `q${String(count)}@example.com`)];
    const visitor = await arrive(other.copied, await arrive(mine.link));
    await visitor.follow(await visitor.submit({ invite_code: mine.code }));
    await visitor.submit(details(mine.email));
    assert.equal(written[0]?.emailVerified, undefined, 'the second link brought no secret');
    const swapped = await arrive(`${other.copied}&mail=${mine.proof}`);
    await swapped.follow(await swapped.submit({ invite_code: other.code }));
    await swapped.submit({ ...details(other.email), username: `other-${String(count)}` });
    assert.deepEqual([written[1]?.email, written[1]?.emailVerified], [other.email, undefined]);
  });

  const proofs = () => mailer.mails.filter(({ kind }) => kind === 'enrollment');

  it('where the flow verifies addresses, no second mail is needed; a copied link gets one', async () => {
    const mailed = await invited('verified');
    const visitor = await arrive(mailed.link);
    await visitor.follow(await visitor.submit({ invite_code: mailed.code }));
    const end = await visitor.submit(details(mailed.email));
    assert.deepEqual([end.status, written[0]?.emailVerified, proofs().length], [303, true, 0]);
    count += 1;
    const copied = await invited('verified');
    const other = await arrive(copied.copied);
    await other.follow(await other.submit({ invite_code: copied.code }));
    await other.follow(await other.submit(details(copied.email)));
    assert.equal(written.length, 1);
    await until(async () => proofs().length === 1);
  });

  it('works for an hour, and with what mail programs do to links', async () => {
    const { code, email, link, copied, proof } = await invited();
    const damaged = `${copied.replace('invite=', 'invite=3D')}&amp;mail=3D${proof.slice(0, 9)}=${proof.slice(9)}`;
    const visitor = await arrive(damaged);
    app.clock.advance(50 * 60_000);
    await visitor.follow(await visitor.submit({ invite_code: code }));
    await visitor.submit(details(email));
    assert.equal(written[0]?.emailVerified, true);
    assert.ok(link.includes(proof));
  });

  it('as it arrives: link and code of the mail work, and what became of it is listed', async () => {
    const email = `real-${String(count)}@example.com`;
    const { id, mail } = await app.enrollment.invitations.send({ email, app: 'Reading club', values: { name: 'Ann' } });
    const received = await mailer.next(email);
    const link = mailer.linkIn(received) ?? assert.fail(received.text);
    const code = mailer.codeIn(received) ?? assert.fail(received.text);
    app.canaries.add(code).add(new URL(link).searchParams.get('mail') ?? '');
    assert.match(received.text, /Reading club/);
    const visitor = await arrive(link.slice(app.url.length));
    await visitor.follow(await visitor.submit({ invite_code: code }));
    await visitor.submit(details(email));
    assert.deepEqual([written[0]?.email, written[0]?.emailVerified], [email, true]);
    await until(async () => (await app.enrollment.mails.get(mail ?? ''))?.state === 'sent');
    const listed = await app.enrollment.mails.list({ about: { type: 'invitation', id } });
    assert.deepEqual(
      listed.mails.map((one) => [one.id, one.kind]),
      [[mail, 'invitation']],
    );
    assert.ok(!JSON.stringify(listed).includes(email));
    const explained = await app.enrollment.invitations.explain(email);
    assert.deepEqual([explained?.cause, explained?.address?.mails.length], ['member', 1]);
  });

  it('for another address than that of the signed-in account names it, masked, and offers to switch', async () => {
    const first = await invited();
    const visitor = await arrive(first.link);
    await visitor.follow(await visitor.submit({ invite_code: first.code }));
    await visitor.submit(details(first.email));
    count += 1;
    const other = await invited('invite', `zoe${String(count)}@example.com`);
    const open = async (link: string): Promise<string> => (await visitor.follow(await visitor.client.get(link))).text;
    const page = await open(other.link);
    assert.match(page, /This link is for another account/);
    assert.match(page, /z\*\*\*@example\.com/);
    assert.ok(!page.includes(other.email));
    assert.doesNotMatch(await open(other.copied), /z\*\*\*@/, 'a copied link does not say whom it is for');
    assert.match(await open(other.link), /z\*\*\*@/);
    const back = await visitor.follow(await visitor.submit({}));
    assert.ok(back.text.includes(other.code), 'the code is kept');
    await visitor.follow(await visitor.submit({ invite_code: other.code }));
    await visitor.submit(details(other.email));
    assert.deepEqual([written.at(-1)?.email, written.at(-1)?.emailVerified], [other.email, true]);
  });

  it('for an address that is masked as that of the signed-in account says that it is another one', async () => {
    const first = await invited('invite', `same${String(count)}@example.com`);
    const visitor = await arrive(first.link);
    await visitor.follow(await visitor.submit({ invite_code: first.code }));
    await visitor.submit(details(first.email));
    const other = await invited('invite', `sane${String(count)}@example.com`);
    const page = await visitor.follow(await visitor.client.get(other.link));
    assert.match(
      page.text,
      /signed in as s\*\*\*@example\.com[^]*link is for s\*\*\*@example\.com[^]*different accounts/,
    );
    count += 1;
    const unlike = await invited('invite', `zoe${String(count)}@example.com`);
    assert.doesNotMatch((await visitor.follow(await visitor.client.get(unlike.link))).text, /different accounts/);
  });

  it('that is opened again by the account that it made says so, and signs nobody out', async () => {
    const { code, email, link } = await invited();
    const visitor = await arrive(link);
    await visitor.follow(await visitor.submit({ invite_code: code }));
    await visitor.submit(details(email));
    const { text } = await visitor.follow(await visitor.client.get(link));
    assert.match(text, /This link was already used[^]*already have your account/);
    assert.doesNotMatch(text, /Sign out|sign out|<form class="enrollment-form"/);
    assert.match(text, /<a [^>]*href="\/"/);
    assert.equal(await visitor.me(), `person-${String(count)}`);
  });

  it('for people on the waitlist comes by the same mails; the list says what became of them', async () => {
    const { waitlist, invitations } = app.enrollment;
    const email = `waits-${String(count)}@example.com`;
    await waitlist.ask({ email });
    const report = await waitlist.approve({ emails: [email] }, { label: 'beta' });
    const [row] = report.rows;
    assert.deepEqual([row?.outcome, row?.code, row?.url], ['approved', undefined, undefined]);
    const received = await mailer.next(email);
    assert.equal(received.kind, 'waitlist_approved');
    await until(async () => (await waitlist.list()).find((one) => one.email === email)?.state === 'sent');
    const code = mailer.codeIn(received) ?? '';
    const link = mailer.linkIn(received) ?? '';
    app.canaries.add(code);
    const visitor = await arrive(link.slice(app.url.length));
    await visitor.follow(await visitor.submit({ invite_code: code }));
    await visitor.submit(details(email));
    assert.equal(written[0]?.emailVerified, true);
    await until(async () => (await waitlist.list()).find((one) => one.email === email)?.state === 'joined');
    assert.equal((await invitations.get(row?.invitation ?? '')).label, 'beta');
  });

  it('that was open when its person is approved on the waitlist ends, as by a second one', async () => {
    const email = `w${String(count)}@example.com`;
    const { invitations, waitlist } = app.enrollment;
    const { id } = await invitations.send({ email, flow: 'invite' });
    await waitlist.ask({ email });
    const { rows } = await waitlist.approve({ emails: [email] }, { flow: 'invite' });
    assert.equal(rows[0]?.outcome, 'approved');
    assert.equal((await invitations.get(id))?.state, 'revoked');
    const open = (await invitations.list({ search: email })).items.filter(({ state }) => state === 'open');
    assert.equal(open.length, 1);
    await until(async () => (await waitlist.list()).some((one) => one.email === email && one.state === 'sent'));
    await waitlist.resend({ emails: [email] }, { keep: true, invitation: { flow: 'invite' } });
    const both = (await invitations.list({ search: email })).items.filter(({ state }) => state === 'open');
    assert.equal(both.length, 2);
  });

  it('whose letter to the waitlist is refused by the server is told, and can be sent again', async () => {
    const { waitlist } = app.enrollment;
    const email = `refused-${String(count)}@example.com`;
    refused.add(email);
    await waitlist.ask({ email });
    await waitlist.approve({ emails: [email] });
    const entry = async () => (await waitlist.list()).find((one) => one.email === email);
    await until(async () => (await entry())?.state === 'failed');
    assert.equal((await entry())?.lastError, 'mail failed');
    refused.clear();
    await waitlist.resend({ emails: [email] });
    await until(async () => (await entry())?.state === 'sent');
    assert.equal(mailer.mails.filter(({ to }) => to === email).length, 1);
    await assert.rejects(waitlist.approve({ emails: [email] }, { expires: null }), /30 days/);
  });
});
