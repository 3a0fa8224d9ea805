import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import express from 'express';
import { after, before, beforeEach, describe, it } from 'mocha';
import { setPasswordFlow } from '../../lib/flows.js';
import { signInFlow, type MemoryUser } from '../../lib/index.js';
import { passwordPolicy, uniquePassword } from '../../lib/policies.js';
import type { TicketSettings } from '../../lib/ports.js';
import { password } from '../support/account.js';
import { member, signIn } from '../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const page = '/if/flow/set-password/';
const fresh = 'a new battery for the horse';
const breached = 'a horse that everybody has seen';

/** A list of breached passwords with one in it. */
const breachesOf = (typed: string) => async () =>
  `${createHash('sha1').update(typed).digest('hex').toUpperCase().slice(5)}:3`;

describe('a ticket that sets a password', () => {
  let testApp: TestApp;
  let ann: MemoryUser;
  let visitor: Visitor;
  let count = 0;
  /** The events before this test. */
  let known: ReadonlySet<object>;
  before(async () => {
    testApp = await openTestApp({
      flows: [
        setPasswordFlow({ slug: 'set-password', signInFlow: 'sign-in' }),
        setPasswordFlow({ slug: 'welcome', signIn: true, target: '/inside' }),
        setPasswordFlow({
          slug: 'strict',
          passwordValidation: [uniquePassword(), passwordPolicy({ breached: { lookUp: breachesOf(breached) } })],
        }),
        signInFlow({ slug: 'sign-in', target: '/inside' }),
        signup,
      ],
      after: (app, enrollment) => {
        app.post('/sign-in-here', express.urlencoded({ extended: false }), async (req, res) => {
          const user = await testApp.users.findById(String((req.body as { user?: string }).user));
          if (user !== null) await enrollment.signIn(req, res, user);
          res.sendStatus(204);
        });
      },
      tickets: {
        clients: { shop: { name: 'Acme', resultUrl: 'https://shop.example/in?tenant=1#top' } },
        resultUrls: ['https://other.example'],
      },
    });
  });
  after(() => testApp.close());
  beforeEach(async () => {
    ann = await member(testApp, `ann-${(count += 1)}`);
    visitor = new Visitor(testApp);
    known = new Set(testApp.events.map(({ facts }) => facts));
  });

  async function ticket(more: Partial<TicketSettings> = {}): Promise<{ readonly path: string; readonly id: string }> {
    const { url, id } = await testApp.enrollment.tickets.create({ user: ann.id }, { purpose: 'invite', ...more });
    const { pathname, search } = new URL(url);
    testApp.canaries.add(search.slice(-32));
    return { path: pathname + search, id };
  }
  async function refusedAt(path: string, why: RegExp, by = new Visitor(testApp)): Promise<void> {
    const answer = await by.open(path);
    assert.equal(answer.status, 403, answer.text);
    assert.match(answer.text, why);
  }
  const stateOf = async (id: string) => (await testApp.enrollment.tickets.get(id))?.state;
  const signsInWith = async (typed: string): Promise<boolean> => {
    const other = new Visitor(testApp);
    return (await signIn(other, ann.username ?? '', typed)).location === '/inside';
  };

  it('opens a page that says what for, from a clean address; the form sets the password and leads on', async () => {
    const { path, id } = await ticket({ client: 'shop', includeEmailInRedirect: true, markEmailAsVerified: true });
    const answer = await visitor.get(path);
    assert.deepEqual([answer.status, answer.location], [303, page]);
    await visitor.follow(answer);
    assert.match(visitor.page.text, /<h1[^>]*>Set your password for Acme<\/h1>/);
    const policyOf = (headers: object): string => String(Reflect.get(headers, 'content-security-policy'));
    assert.match(policyOf(visitor.page.headers), /form-action 'self' https:\/\/shop\.example;/);
    assert.doesNotMatch(policyOf(visitor.page.headers), /other\.example/);
    assert.doesNotMatch(policyOf((await new Visitor(testApp).open('/if/flow/sign-in/')).headers), /shop\.example/);
    assert.equal(await stateOf(id), 'open');
    const { status, location } = await visitor.submit({ password: fresh });
    assert.equal(status, 303);
    assert.equal(
      location,
      `https://shop.example/in?tenant=1&success=true&ticket_status=done&email=${encodeURIComponent(ann.email ?? '')}#top`,
    );
    assert.equal(await stateOf(id), 'used');
    assert.equal(await visitor.me(), null);
    assert.equal((await testApp.users.findById(ann.id))?.emailVerified, true);
    assert.equal(await signsInWith(fresh), true);
    assert.equal(await signsInWith(password), false);
    await refusedAt(
      path,
      /already used[^]*href="https:\/\/shop\.example\/in\?tenant=1&#38;success=false&#38;ticket_status=used#top"|already used/,
    );
  });

  it('labels the name of the account as what it is', async () => {
    const labelled = async (): Promise<readonly string[]> => {
      await visitor.open((await ticket()).path);
      const [input = ''] = /<input[^>]*name="uid_field"[^>]*>/.exec(visitor.page.text) ?? [];
      const [, id = ''] = / id="([^"]+)"/.exec(input) ?? [];
      const [, label = ''] = new RegExp(`<label[^>]*for="${id}"[^>]*>([^<]*)`).exec(visitor.page.text) ?? [];
      return [label.trim(), visitor.form.controls.find(({ name }) => name === 'uid_field')?.value ?? ''];
    };
    assert.deepEqual(await labelled(), ['Username', ann.username]);
    await testApp.users.update?.(ann, { username: null });
    assert.deepEqual(await labelled(), ['Email address', ann.email]);
  });

  it('without a result URL ends at a page that leads to the sign-in; nothing is marked unless asked', async () => {
    const { path } = await ticket({ purpose: 'recovery' });
    await visitor.open(path);
    assert.match(visitor.page.text, /Choose a new password for /);
    await visitor.follow(await visitor.submit({ password: fresh }));
    assert.match(visitor.page.text, /Your password is set/);
    assert.equal((await visitor.submit({})).location, '/if/flow/sign-in/');
    assert.notEqual((await testApp.users.findById(ann.id))?.emailVerified, true);
  });

  it('signs in where the flow does so, and not where the ticket forbids it', async () => {
    const { path } = await ticket({ flow: 'welcome' });
    await visitor.open(path);
    assert.equal((await visitor.submit({ password: fresh })).location, '/inside');
    assert.equal(await visitor.me(), ann.username);
    const other = new Visitor(testApp);
    await other.open((await ticket({ flow: 'welcome', signIn: false })).path);
    await other.follow(await other.submit({ password: `${fresh} again` }));
    assert.match(other.page.text, /Your password is set/);
    assert.equal(await other.me(), null);
  });

  it('T-TKT-01, T-TKT-02: opening it uses nothing up; a phone and a laptop show it until one submits', async () => {
    const { path, id } = await ticket();
    for (let times = 0; times < 5; times += 1) await new Visitor(testApp).open(path);
    await visitor.client.send('HEAD', path, {}, '');
    const [phone, laptop] = [new Visitor(testApp), new Visitor(testApp)];
    await phone.open(path);
    await laptop.open(path);
    assert.equal(await stateOf(id), 'open');
    assert.equal((await phone.submit({ password: fresh })).status, 303);
    const late = await laptop.submit({ password: 'another one that is long' });
    assert.equal(late.status, 403);
    assert.match(late.text, /already used/);
    assert.match(late.text, /\/if\/flow\/sign-in\//);
    // No flow of this app sets a new password without a ticket.
    assert.doesNotMatch(late.text, /default\/recovery|href="\/if\/flow\/set-password/);
    assert.equal(await signsInWith(fresh), true);
  });

  it('emits that it was created, used or ended, without secret and address', async () => {
    const { path: first } = await ticket();
    const { id: revoked } = await ticket();
    await testApp.enrollment.tickets.revoke(revoked);
    const { path, id } = await ticket({ purpose: 'recovery' });
    await visitor.open(path);
    await visitor.submit({ password: fresh });
    const events = testApp.events.filter(({ name, facts }) => name.startsWith('ticket.') && !known.has(facts));
    assert.deepEqual(
      events.map(({ name, facts }) => [name, facts['cause'] ?? facts['purpose'] ?? facts['id']]),
      [
        ['ticket.created', 'invite'],
        ['ticket.ended', 'superseded'],
        ['ticket.created', 'invite'],
        // The superseded one could have been sent anew: that ends too.
        ['ticket.ended', 'revoked'],
        ['ticket.ended', 'revoked'],
        ['ticket.created', 'recovery'],
        ['ticket.used', id],
      ],
    );
    assert.equal(events[0]?.facts['user'], ann.id);
    for (const secret of [first, path].map((link) => link.slice(-32)))
      assert.ok(!JSON.stringify(events).includes(secret));
    assert.ok(!JSON.stringify(events).includes(ann.email ?? ''));
  });

  it('T-REC-12: a password that is too short, breached or the same as before does not use it', async () => {
    const { path, id } = await ticket({ purpose: 'recovery', flow: 'strict' });
    await visitor.open(path);
    for (const typed of ['short', breached, password]) {
      const answer = await visitor.submit({ password: typed });
      assert.equal(answer.status, 422, typed);
      assert.match(answer.text, /aria-invalid="true"/);
      assert.equal(await stateOf(id), 'open');
    }
    assert.equal((await visitor.submit({ password: fresh })).status, 303);
    assert.deepEqual([await signsInWith(breached), await signsInWith(fresh)], [false, true]);
  });

  it('a double click is answered as one, and another form never is', async () => {
    const { path } = await ticket({ flow: 'welcome' });
    await visitor.open(path);
    const { action, hidden } = visitor.form;
    const answers = await Promise.all([1, 2].map(() => visitor.post(action, { ...hidden, password: fresh })));
    assert.deepEqual(
      answers.map(({ location }) => location),
      ['/inside', '/inside'],
    );
    const other = new Visitor(testApp);
    await other.open((await ticket({ flow: 'welcome' })).path);
    const form = other.form;
    await other.post(form.action, { ...form.hidden, password: fresh });
    other.client.cookies.set('enrollment.sid', 'none');
    await other.post(form.action, { ...form.hidden, password: `${fresh} too` });
    assert.equal(await other.me(), null);
  });

  it('T-RACE-07: of 100 browsers at once, one sets its password', async () => {
    const { path, id } = await ticket();
    const browsers = await Promise.all(
      Array.from({ length: 100 }, async (_, at) => {
        const by = new Visitor(testApp);
        await by.open(path);
        return { by, typed: `${fresh} ${at}` };
      }),
    );
    const answers = await Promise.all(
      browsers.map(async ({ by, typed }) => ({ typed, answer: await by.submit({ password: typed }) })),
    );
    const winners = answers.filter(({ answer }) => answer.status === 303);
    assert.equal(winners.length, 1);
    for (const { answer } of answers) if (answer.status !== 303) assert.match(answer.text, /already used|being used/);
    assert.equal(await signsInWith(winners[0]?.typed ?? ''), true);
    assert.equal(await stateOf(id), 'used');
  }).timeout(30_000);

  it('says what became of it', async () => {
    const { tickets } = testApp.enrollment;
    const expired = await ticket({ ttlSeconds: 60 });
    testApp.clock.advance(60_000);
    await refusedAt(expired.path, /has expired/);
    const first = await ticket();
    const second = await ticket();
    await refusedAt(first.path, /There’s a newer link/);
    await tickets.revoke(second.id);
    await refusedAt(second.path, /was withdrawn/);
    await refusedAt(`${second.path.slice(0, -3)}xyz`, /isn’t valid/);
    await refusedAt(page, /each link works once/);
    for (const token of ['', 'x', 'a'.repeat(5000), `${'a'.repeat(22)}.${'b'.repeat(32)}`])
      await refusedAt(`${page}-/ticket?ticket=${token}`, /isn’t valid|each link works once/);
    await refusedAt(`${page}-/ticket?ticket=${'a'.repeat(22)}&ticket=${'b'.repeat(32)}`, /isn’t valid/);
    await refusedAt(`${page}-/ticket`, /isn’t valid|each link works once/);
    await refusedAt((await ticket()).path.replace('/set-password/', '/welcome/'), /isn’t valid/);
  });

  it('ends with what it was made for: the password, the address, the account', async () => {
    const { users } = testApp;
    const byPassword = await ticket();
    await visitor.open(byPassword.path);
    const recovery = await ticket({ purpose: 'recovery' });
    const other = new Visitor(testApp);
    await other.open(recovery.path);
    assert.equal((await other.submit({ password: fresh })).status, 303);
    const late = await visitor.submit({ password: 'another one that is long' });
    assert.match(late.text, /password was changed/);
    const byAddress = await ticket();
    const user = await users.findById(ann.id);
    assert.ok(user);
    await users.update?.(user, { email: `other-${count}@example.com` });
    await refusedAt(byAddress.path, /another email address/);
  });

  it('ends by a sign-in, in a flow and in a route of the app, and with the account', async () => {
    const first = await ticket();
    const recovery = await ticket({ purpose: 'recovery' });
    await visitor.open(first.path);
    await signsInWith(password);
    assert.match((await visitor.submit({ password: fresh })).text, /has signed in/);
    await refusedAt(recovery.path, /has signed in/);
    const second = await ticket();
    const other = new Visitor(testApp);
    await other.client.post('/sign-in-here', { user: ann.id });
    assert.equal(await other.me(), ann.username);
    await refusedAt(second.path, /has signed in/);
    const third = await ticket();
    await testApp.enrollment.forgetUser(ann.id);
    await refusedAt(third.path, /isn’t valid/);
  });

  it('is refused while another user is signed in, with a way to switch', async () => {
    const bob = await member(testApp, `bob-${count}`);
    const { path, id } = await ticket();
    await signIn(visitor, bob.username ?? '');
    const shown = await visitor.open(path);
    assert.equal(shown.status, 403);
    assert.match(shown.text, /for another account/);
    await visitor.follow(await visitor.submit({}));
    assert.match(visitor.page.text, /Set your password/);
    assert.equal(await stateOf(id), 'open');
    assert.equal((await visitor.submit({ password: fresh })).status, 303);
  });

  it('T-REC-03: nothing in the request chooses the account', async () => {
    const bob = await member(testApp, `bob-${count}`);
    const { path } = await ticket();
    await visitor.open(path);
    const more = { user: bob.id, email: bob.email ?? '', uid_field: bob.username ?? '', pending_user: bob.id };
    await visitor.submit({ password: fresh, ...more });
    assert.equal(await signsInWith(fresh), true);
    const asBob = new Visitor(testApp);
    assert.equal((await signIn(asBob, bob.username ?? '', fresh)).location === '/inside', false);
  });
});
