import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { acceptInvitationFlow } from '../../lib/flows.js';
import { signInFlow, signOutFlow } from '../../lib/index.js';
import { createMemoryPlanStore } from '../../lib/stores/memory/plan-store.js';
import { fakeClock } from '../../lib/testing/fake-clock.js';
import type { CreatedInvitation } from '../../lib/invitations/management/create.js';
import type { InvitationInput } from '../../lib/ports/invitation-input.js';
import { accountOf, password } from '../support/account.js';
import { openTestApp, signup, type TestApp, type TestAppOptions } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { waitUntil } from '../support/wait-until.js';

const acceptPage = '/if/flow/accept-invitation/';

interface Told {
  readonly user: string;
  readonly data: unknown;
  readonly flow: string | null;
}

describe('invitations that existing accounts accept', () => {
  let testApp: TestApp;
  let ann: Visitor;
  let told: Told[];
  beforeEach(() => open());
  afterEach(() => testApp.close());

  const describeTeam = ({ data }: { readonly data: Readonly<Record<string, unknown>> }): string =>
    `You will join the team ${String(data['team'])}.`;

  async function open(options: TestAppOptions = {}): Promise<void> {
    told = [];
    testApp = await openTestApp({
      flows: [
        signup,
        signInFlow({ slug: 'sign-in' }),
        signOutFlow({ slug: 'sign-out' }),
        acceptInvitationFlow({ describe: describeTeam, target: '/teams' }),
      ],
      onInvitationAccepted: ({ user, invitation: { data }, flow }) =>
        void told.push({ user: user.username ?? '', data, flow }),
      ...options,
    });
    ann = await member('ann');
  }

  async function member(name: string): Promise<Visitor> {
    const visitor = new Visitor(testApp);
    const { code } = await testApp.enrollment.invitations.create({ uses: 1 });
    await visitor.signUp(code, name);
    return visitor;
  }

  const invite = (input: InvitationInput = {}): Promise<CreatedInvitation> =>
    testApp.enrollment.invitations.create({ uses: 1, data: { team: 'blue' }, ...input });

  const idOf = (name: string): string => testApp.members.find(({ username }) => username === name)?.id ?? '';

  const redeemed = async (id: string): Promise<number> => (await testApp.enrollment.invitations.get(id)).redeemed;

  /** To the page that asks to accept or decline. */
  async function toDecision(visitor: Visitor, code: string): Promise<void> {
    await visitor.open(`${acceptPage}?invite=${code}`);
    await visitor.follow(await visitor.submit({ invite_code: code }));
    assert.equal(visitor.step.split(' ')[0], 'accept-invitation', visitor.page.text);
  }

  it('the page says what it is for and who is signed in; accepting takes one seat and tells the app', async () => {
    const { id, code } = await invite();
    await toDecision(ann, code);
    assert.match(ann.page.text, /You will join the team blue\./);
    assert.match(ann.page.text, /You’re signed in as ann\./);
    assert.match(ann.page.text, />Accept invitation</);
    assert.match(ann.page.text, /name="decision" value="decline">Decline</);
    const done = await ann.submit({});
    assert.deepEqual([done.status, done.location], [303, '/teams']);
    await waitUntil(
      () => told[0],
      () => 'the app was not told',
    );
    assert.deepEqual(told, [{ user: 'ann', data: { team: 'blue' }, flow: 'accept-invitation' }]);
    const { state } = await testApp.enrollment.invitations.get(id);
    assert.deepEqual([await redeemed(id), state], [1, 'used_up']);
    const { seats } = await testApp.enrollment.invitations.seats(id);
    assert.deepEqual(
      seats.map(({ user }) => user),
      [idOf('ann')],
    );
  });

  it('the link of an invitation leads a signed-in user there, and no one to a second account', async () => {
    const { code, url } = await invite();
    const { pathname, search } = new URL(url ?? '');
    const first = await ann.get(pathname + search);
    assert.deepEqual([first.status, first.location], [303, acceptPage]);
    await ann.follow(first);
    assert.equal(ann.form.controls.find(({ name }) => name === 'invite_code')?.value, code);
  });

  it('a visitor who has an account signs in on the way and comes back with the code', async () => {
    const { code } = await invite();
    const visitor = new Visitor(testApp);
    await visitor.open(`${testApp.page}?invite=${code}`);
    const link = /href="([^"]*sign-in\/[^"]*)"/.exec(visitor.page.text)?.[1] ?? '';
    assert.equal(decodeURIComponent(link), `/if/flow/sign-in/?next=${acceptPage}`);
    await visitor.open(link);
    const signedIn = await visitor.submit({ uid_field: 'ann', password });
    assert.deepEqual([signedIn.status, signedIn.location], [303, acceptPage]);
    await visitor.follow(signedIn);
    assert.equal(visitor.form.controls.find(({ name }) => name === 'invite_code')?.value, code);
    await visitor.follow(await visitor.submit({ invite_code: code }));
    assert.equal((await visitor.submit({})).location, '/teams');
  });

  it('a visitor who is not signed in is asked to, and may create an account instead', async () => {
    const { code } = await invite();
    const visitor = new Visitor(testApp);
    const page = await visitor.open(`${acceptPage}?invite=${code}&next=/elsewhere`);
    assert.equal(page.status, 200);
    assert.match(page.text, /Sign in to accept your invitation/);
    assert.match(
      page.text,
      /href="\/if\/flow\/sign-in\/\?next=%2Fif%2Fflow%2Faccept-invitation%2F%3Fnext%3D%252Felsewhere"/,
    );
    assert.match(page.text, /href="\/if\/flow\/invite\/"/);
  });

  it('the same account is told that it has accepted already, and takes no second seat', async () => {
    const { id, code } = await invite({ uses: 5 });
    await toDecision(ann, code);
    await ann.submit({});
    await ann.open(`${acceptPage}?invite=${code}`);
    const again = await ann.submit({ invite_code: code });
    assert.equal(again.status, 422);
    assert.match(again.text, /You’ve already accepted this invitation\./);
    assert.equal(await redeemed(id), 1);
  });

  it('the invitation that created the account cannot be accepted with it as well', async () => {
    const visitor = new Visitor(testApp);
    const { id, code } = await invite({ uses: 5 });
    await visitor.signUp(code, 'bob');
    await visitor.open(`${acceptPage}?invite=${code}`);
    assert.match((await visitor.submit({ invite_code: code })).text, /You’ve already accepted this invitation\./);
    assert.equal(await redeemed(id), 1);
  });

  it('a declined invitation keeps its seat, and can be accepted later', async () => {
    const { id, code } = await invite();
    await toDecision(ann, code);
    const declined = await ann.submit({ decision: 'decline' });
    assert.deepEqual([declined.status, declined.location, await redeemed(id)], [303, '/teams', 0]);
    await toDecision(ann, code);
    await ann.submit({});
    assert.equal(await redeemed(id), 1);
  });

  it('what was accepted is not said to be declined: the form of an earlier page says that it is accepted', async () => {
    await testApp.close();
    const stored = createMemoryPlanStore({ clock: fakeClock() });
    let isDead = false;
    const plans: typeof stored = {
      ...stored,
      replace: (...given) => (isDead ? Promise.reject(new Error('the process ended')) : stored.replace(...given)),
    };
    await open({ stores: { plans } });
    const { id, code } = await invite();
    await toDecision(ann, code);
    const { action, hidden } = ann.form;
    isDead = true;
    await ann.post(action, hidden);
    isDead = false;
    const late = await ann.post(action, { ...hidden, decision: 'decline' });
    assert.match(late.text, /You’ve already accepted this invitation\./);
    assert.equal(await redeemed(id), 1);
  });

  it('an account keeps the invitation that it came from, and acceptances are listed beside it', async () => {
    const manager = testApp.enrollment.invitations;
    const [came] = await manager.inviterChain(idOf('ann'));
    const { id, code } = await invite({ inviter: idOf('ann'), uses: 5 });
    const bob = await member('bob');
    await toDecision(bob, code);
    await bob.submit({});
    await toDecision(ann, (await invite()).code);
    await ann.submit({});
    assert.deepEqual(await manager.inviterChain(idOf('ann')), [came]);
    const { accounts } = await manager.tree({ invitation: id });
    assert.deepEqual(
      accounts.map(({ user, accepted }) => [user, accepted]),
      [[idOf('bob'), true]],
    );
  });

  it('onEnrolled is not called, and the event is another one', async () => {
    await testApp.close();
    const enrolled: string[] = [];
    await open({ onEnrolled: ({ user }) => void enrolled.push(user.username ?? '') });
    await waitUntil(
      () => enrolled[0],
      () => 'the app was not told',
    );
    const before = testApp.events.length;
    await toDecision(ann, (await invite()).code);
    await ann.submit({});
    await waitUntil(
      () => told[0],
      () => 'the app was not told',
    );
    assert.deepEqual(enrolled, ['ann']);
    const names = testApp.events.slice(before).map(({ name }) => name);
    assert.ok(names.includes('invitation.accepted'), names.join());
    assert.ok(!names.includes('invitation.redeemed') && !names.includes('enrollment.finished'), names.join());
  });

  it('a bound invitation is for the account with that address only', async () => {
    const { id, code } = await invite({ email: 'bob@example.com', uses: 1 });
    await ann.open(`${acceptPage}?invite=${code}`);
    const refused = await ann.submit({ invite_code: code });
    assert.equal(refused.status, 422);
    assert.match(refused.text, /This invitation is for another email address\./);
    const bob = await member('bob');
    await toDecision(bob, code);
    await bob.submit({});
    assert.equal(await redeemed(id), 1);
  });

  it('an address that is not verified does not count for a bound invitation', async () => {
    await testApp.close();
    const unverified = (users: TestApp['users']): TestApp['users'] => ({
      ...users,
      toProfile: (user) => ({ ...users.toProfile(user), emailVerified: false }),
    });
    const { memoryUsers } = await import('../../lib/index.js');
    const { users, redemptions } = memoryUsers();
    await open({ users: unverified(users), redemptions });
    const { id, code } = await invite({ email: 'ann@example.com', uses: 1 });
    await ann.open(`${acceptPage}?invite=${code}`);
    assert.equal((await ann.submit({ invite_code: code })).status, 422);
    assert.equal(await redeemed(id), 0);
  });

  it('after a switch of accounts nothing is accepted: the plan begins again for the other account', async () => {
    const { id, code } = await invite({ uses: 5 });
    const bob = await member('bob');
    await toDecision(ann, code);
    // Signed in in another tab of the same browser, by a login of the app's own.
    ann.client.cookies.set('enrollment.sid', bob.client.cookies.get('enrollment.sid') ?? '', '/');
    const refused = await ann.submit({});
    assert.deepEqual([refused.status, refused.location], [303, acceptPage]);
    await ann.follow(refused);
    assert.equal(ann.step, 'invite-code 0');
    assert.match(ann.page.text, /Another account is signed in here now/);
    assert.equal(await redeemed(id), 0);
  });

  it('an account that was switched off meanwhile accepts nothing', async () => {
    await testApp.close();
    const { memoryUsers } = await import('../../lib/index.js');
    const { users, redemptions } = memoryUsers();
    let active = true;
    const toProfile: TestApp['users']['toProfile'] = (user) => ({ ...users.toProfile(user), active });
    await open({ users: { ...users, toProfile }, redemptions });
    const { id, code } = await invite();
    await toDecision(ann, code);
    active = false;
    assert.match((await ann.submit({})).text, /Sign in to accept your invitation/);
    active = true;
    assert.equal(await redeemed(id), 0);
  });

  it('an invitation of another flow or tenant, a revoked and an expired one are refused', async () => {
    const refused = async (code: string): Promise<string> => {
      await ann.open(`${acceptPage}?invite=${code}`);
      const answer = await ann.submit({ invite_code: code });
      assert.equal(answer.status, 422);
      return answer.text;
    };
    // CVE-2022-23555: a code works in its own flow only.
    assert.match(await refused((await invite({ flow: 'invite' })).code), /We can’t find an invitation/);
    const revoked = await invite();
    await testApp.enrollment.invitations.revoke(revoked.id);
    assert.match(await refused(revoked.code), /We can’t find an invitation/);
    // CVE-2025-64708: the time is checked when the code is used, not by cleaning up.
    const short = await invite({ expires: testApp.clock.now() + 60_000 });
    await toDecision(ann, short.code);
    testApp.clock.advance(60_000);
    const late = await ann.submit({});
    assert.equal(late.status, 403);
    assert.match(late.text, /This invitation has expired\./);
    assert.equal(await redeemed(short.id), 0);
  });

  it('T28: of two accounts and a new one, exactly as many get a seat as there are', async () => {
    const { id, code } = await invite({ uses: 2 });
    const others = [await member('bob'), await member('cid'), await member('dan')];
    for (const visitor of others) await toDecision(visitor, code);
    const newcomer = new Visitor(testApp);
    await newcomer.enterCode(code);
    const answers = await Promise.all([
      ...others.map((visitor) => visitor.submit({})),
      newcomer.submit(accountOf('eve')),
    ]);
    assert.equal(answers.filter(({ status }) => status === 303).length, 2);
    assert.equal(await redeemed(id), 2);
  });

  it('a double click takes one seat, and both answers lead to the target', async () => {
    const { id, code } = await invite({ uses: 5 });
    await toDecision(ann, code);
    const answers = await Promise.all([ann.submit({}), ann.submit({})]);
    assert.deepEqual(
      answers.map(({ status, location }) => [status, location]),
      [
        [303, '/teams'],
        [303, '/teams'],
      ],
    );
    assert.equal(await redeemed(id), 1);
    await waitUntil(
      () => told[0],
      () => 'the app was not told',
    );
    assert.equal(told.length, 1);
  });

  it('a seat that is reserved from the code page on is the one that is accepted', async () => {
    const { id, code } = await invite({ uses: 1, reserve: '15m' });
    await toDecision(ann, code);
    assert.equal((await testApp.enrollment.invitations.get(id)).held, 1);
    assert.equal((await ann.submit({})).location, '/teams');
    const { redeemed: count, held } = await testApp.enrollment.invitations.get(id);
    assert.deepEqual([count, held], [1, 0]);
  });

  it('one may sign out to accept with another account, and the code is kept', async () => {
    const { code } = await invite();
    await toDecision(ann, code);
    const link = /href="([^"]*sign-out\/)">Use another account/.exec(ann.page.text)?.[1] ?? '';
    const page = await ann.open(link);
    assert.equal(page.status, 200);
    assert.match(page.text, /You’re signed in as ann\./);
    assert.equal(await ann.me(), 'ann', 'a GET signs nobody out');
    const out = await ann.submit({});
    const next = await ann.follow(out);
    assert.match(next.text, /Sign in to accept your invitation/);
    assert.equal(await ann.me(), null);
  });

  it('a form of another site, or with another signature, accepts nothing', async () => {
    const { id, code } = await invite();
    await toDecision(ann, code);
    const { action, hidden } = ann.form;
    assert.equal((await ann.post(action, hidden, { origin: 'https://evil.example' })).status, 403);
    assert.equal((await ann.post(action, {})).status, 403);
    assert.equal(await redeemed(id), 0);
  });
});
