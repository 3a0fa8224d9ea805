import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { accountSettings, inviteSignupFlow, setPasswordFlow } from '../../lib/flows.js';
import { memoryUsers, Secret, type MemoryUser } from '../../lib/index.js';
import { fakeClock } from '../../lib/testing/fake-clock.js';
import { memoryMailer } from '../../lib/testing/memory-mailer.js';
import { member } from '../support/http/sign-in-app.js';
import { openTestApp, quickPasswords, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const fresh = 'a new battery for the horse';
const other = 'another battery for the horse';
const hour = 3_600_000;

/** Pages that a link has opened: left open for longer than their cookie, or answered by an error at first. */
describe('the page of a link', () => {
  const mailer = memoryMailer();
  const clock = fakeClock();
  const { users, redemptions } = memoryUsers({ clock });
  let fails = false;
  let app: TestApp;
  let ann: MemoryUser;
  let visitor: Visitor;
  let count = 0;
  before(async () => {
    app = await openTestApp({
      mailer,
      clock,
      redemptions,
      users: {
        ...users,
        async replacePassword(...change) {
          if (!fails) return users.replacePassword(...change);
          fails = false;
          throw new Error('the database is down');
        },
      },
      flows: [
        inviteSignupFlow({ slug: 'invite', fields: ['username', 'email', 'password'] }),
        setPasswordFlow({ slug: 'set-password' }),
        ...accountSettings({ fields: ['email'], leave: false }),
      ],
      tickets: { clients: { shop: { name: 'Shop', resultUrl: 'https://shop.example/in' } } },
    });
    for (const one of [fresh, other]) app.canaries.add(one);
  });
  after(() => app.close());
  beforeEach(async () => {
    mailer.clear();
    ann = await member(app, `ann-${(count += 1)}`);
    visitor = new Visitor(app);
  });

  async function ticket(): Promise<string> {
    await app.enrollment.tickets.create({ user: ann.id }, { purpose: 'recovery', delivery: 'kit', client: 'shop' });
    return mailed(ann.email ?? '');
  }

  async function mailed(to: string): Promise<string> {
    const { pathname, search } = new URL(mailer.linkIn(await mailer.next(to)) ?? '');
    return pathname + search;
  }

  it('that was pressed after the address had changed stays ended when the account gets that back', async () => {
    const path = await ticket();
    const email = ann.email ?? '';
    await visitor.open(path);
    await users.update?.(ann, { email: `moved-${String(count)}@example.com` });
    assert.equal((await visitor.submit({ password: fresh })).status, 403);
    await users.update?.(ann, { email });
    const [made] = await app.enrollment.tickets.list({ user: ann.id });
    assert.equal(made?.state, 'address_changed');
    assert.equal((await new Visitor(app).open(path)).status, 403);
  });

  it('says that it has expired where it was open for more than an hour, and opens by the link again', async () => {
    const path = await ticket();
    await visitor.open(path);
    clock.advance(hour + 1000);
    const answer = await visitor.submit({ password: fresh });
    assert.equal(answer.status, 403);
    assert.match(answer.text, /This page has expired[^]*Open the link that brought you here again/);
    assert.doesNotMatch(answer.text, /works once|Start again/);
    assert.match((await visitor.open('/if/flow/set-password/')).text, /This page has expired/);
    assert.match((await new Visitor(app).open('/if/flow/set-password/')).text, /each link works once/);
    assert.equal((await visitor.open(path)).status, 200);
    const { location } = await visitor.submit({ password: fresh });
    assert.equal(location, 'https://shop.example/in?success=true&ticket_status=done');
  });

  it('does not say that a fresh link was sent, or an invitation declined, where it was open for too long', async () => {
    const path = await ticket();
    clock.advance(31 * 24 * hour);
    assert.equal((await visitor.open(path)).status, 403);
    clock.advance(hour + 1000);
    assert.match((await visitor.submit({})).text, /This page has expired/);
    const { id } = await app.enrollment.invitations.send({ email: 'bob@example.com' });
    const invited = new Visitor(app);
    await invited.open(await mailed('bob@example.com'));
    assert.match(invited.page.text, /enrollment_decline/);
    clock.advance(hour + 1000);
    const { action, hidden } = invited.form;
    for (const name of ['enrollment_decline', 'enrollment_fresh'])
      assert.match(
        (await invited.post(action, { ...hidden, [name]: 'confirmed' })).text,
        /This page has expired/,
        name,
      );
    assert.equal((await app.enrollment.invitations.get(id)).state, 'open');
  });

  it('whose first form failed leads on from the second, with its password', async () => {
    await visitor.open(await ticket());
    fails = true;
    assert.equal((await visitor.submit({ password: fresh })).status, 500);
    const { location } = await visitor.submit({ password: other });
    assert.equal(location, 'https://shop.example/in?success=true&ticket_status=done');
    const hash = (await users.passwordHash((await users.findById(ann.id)) ?? ann)) ?? '';
    const verify = (typed: string): Promise<boolean> => quickPasswords.verify(hash, new Secret(typed));
    assert.deepEqual(await Promise.all([fresh, other].map(verify)), [false, true]);
  });
});
