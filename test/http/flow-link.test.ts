import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { defineFlow, promptStage, signInFlow, text, userLogin, userWrite, type MemoryUser } from '../../lib/index.js';
import { dummyStage } from '../../lib/stages.js';
import { createFlowLinks } from '../../lib/tickets/flow-links.js';
import { createMemoryEphemeralStore } from '../../lib/stores/memory/ephemeral-store.js';
import { fakeClock } from '../../lib/testing/fake-clock.js';
import { member, signIn } from '../support/http/sign-in-app.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const authentication = 'require_token';
const welcome = defineFlow({
  slug: 'welcome',
  title: 'Welcome',
  designation: 'authentication',
  authentication,
  target: '/inside',
  providedContext: ['pending_user'],
  stages: [dummyStage({ name: 'page' }), userLogin({ name: 'user-login' })],
});
const city = defineFlow({
  slug: 'city',
  title: 'Your city',
  designation: 'stage_configuration',
  authentication,
  target: '/settings',
  providedContext: ['pending_user'],
  stages: [
    promptStage({
      name: 'city',
      prompts: [
        text({ key: 'city', label: 'City', required: true }),
        text({ key: 'team', label: 'Team', required: false }),
      ],
    }),
    userWrite({ name: 'write', creationMode: 'never_create', attributes: ['city', 'team'] }),
  ],
});
const refused = /each link works once/;

describe('a flow with require_token', () => {
  let testApp: TestApp;
  let ann: MemoryUser;
  let visitor: Visitor;
  let count = 0;
  before(async () => {
    testApp = await openTestApp({ flows: [welcome, city, signInFlow({ slug: 'sign-in' })] });
  });
  after(() => testApp.close());
  beforeEach(async () => {
    ann = await member(testApp, `ann-${(count += 1)}`);
    visitor = new Visitor(testApp);
  });

  const link = async (more: object = {}): Promise<string> => {
    const { url } = await testApp.enrollment.flowLink({ flow: 'welcome', user: ann.id, ...more });
    const { pathname, search } = new URL(url);
    return pathname + search;
  };
  async function opened(path: string, by = new Visitor(testApp)): Promise<Visitor> {
    assert.equal((await by.open(path)).status, 200);
    return by;
  }
  async function refusedAt(path: string, by = new Visitor(testApp), why = refused): Promise<void> {
    const answer = await by.open(path);
    assert.equal(answer.status, 403);
    assert.match(answer.text, why);
  }

  it('opens by its link, from a clean address, and signs its user in by the button', async () => {
    const answer = await visitor.get(await link());
    assert.deepEqual([answer.status, answer.location], [303, '/if/flow/welcome/']);
    await visitor.follow(answer);
    assert.equal(visitor.page.status, 200);
    assert.equal(await visitor.me(), null);
    assert.equal((await visitor.submit({})).location, '/inside');
    assert.equal(await visitor.me(), ann.username);
  });

  it('is refused without a link, with a damaged one, that of another flow, and an expired one', async () => {
    await refusedAt('/if/flow/welcome/');
    const path = await link({ ttlSeconds: 60 });
    await refusedAt(`${path.slice(0, -1)}${path.endsWith('A') ? 'B' : 'A'}`);
    await refusedAt(`${path}x`.padEnd(500, 'x'));
    await refusedAt(path.replace('/welcome/', '/city/'));
    await opened(path, visitor);
    testApp.clock.advance(60_000);
    assert.equal((await visitor.submit({})).status, 403);
    await refusedAt(path);
    assert.equal(await visitor.me(), null);
  });

  it('T22: opening a link uses nothing up; the first form takes it, for one plan', async () => {
    const path = await link();
    for (let times = 0; times < 3; times += 1) await opened(path);
    const [one, other] = [await opened(path), await opened(path)];
    assert.equal((await one.submit({})).location, '/inside');
    const late = await other.submit({});
    assert.equal(late.status, 403);
    assert.match(late.text, refused);
    assert.equal(await other.me(), null);
    await refusedAt(path);
    await refusedAt(path, other);
  });

  it('of two browsers at once, one begins', async () => {
    const path = await link();
    const browsers = await Promise.all([1, 2, 3].map(() => opened(path)));
    await Promise.all(browsers.map((browser) => browser.submit({})));
    const names = await Promise.all(browsers.map((browser) => browser.me()));
    assert.deepEqual(
      names.filter((name) => name !== null),
      [ann.username],
    );
  });

  it('asks again after a wrong answer, and a second click is answered as the first', async () => {
    await opened(await link({ flow: 'city', promptData: { team: 'red' }, next: '/after' }), visitor);
    assert.equal((await visitor.submit({ city: '' })).status, 422);
    const { action, hidden } = visitor.form;
    const fields = { ...hidden, city: 'Bandung' };
    const answers = await Promise.all([1, 2].map(() => visitor.post(action, fields)));
    assert.deepEqual(
      answers.map(({ location }) => location),
      ['/after', '/after'],
    );
    const { data } = (await testApp.users.findById(ann.id)) ?? ann;
    assert.equal(data['city'], 'Bandung');
    assert.equal(await visitor.me(), null);
  });

  it('signs no one in by a receipt: only exactly the same form, within two minutes', async () => {
    await opened(await link(), visitor);
    const { action, hidden } = visitor.form;
    const send = async (fields: object): Promise<string | null> => {
      visitor.client.cookies.set('enrollment.sid', 'none');
      await visitor.post(action, { ...hidden, ...fields });
      return visitor.me();
    };
    assert.equal(await send({}), ann.username);
    assert.equal(await send({}), ann.username);
    testApp.clock.advance(121_000);
    assert.equal(await send({}), null);
    await refusedAt('/if/flow/welcome/', visitor);
    assert.equal(await visitor.me(), null);
  });

  it('ends with the sessions of its user, and with their account', async () => {
    const path = await link();
    testApp.clock.advance(1000);
    await testApp.enrollment.sessions.endAll(ann.id);
    testApp.clock.advance(1000);
    await refusedAt(path);
    await refusedAt(await link({ user: 'gone' }));
  });

  it('continues for its own user who is signed in', async () => {
    await signIn(visitor, ann.username ?? '');
    for (const flow of ['welcome', 'city']) await opened(await link({ flow }), visitor);
  });

  describe('while another user is signed in', () => {
    let bob: MemoryUser;
    beforeEach(async () => {
      bob = await member(testApp, `bob-${count}`);
      await signIn(visitor, bob.username ?? '');
    });

    /** The page names both accounts, and its button leads on with the link. */
    async function switchHere(): Promise<void> {
      const { text: page } = visitor.page;
      assert.match(page, /This link is for another account/);
      assert.match(page, new RegExp(`signed in as .?b\\*\\*\\*@example\\.com.?\\.`));
      assert.match(page, /The link is for .?a\*\*\*@example\.com.?\./);
      assert.ok(!page.includes(ann.username ?? '') && !page.includes('another account, sign out first.'));
      assert.equal(await visitor.me(), bob.username);
      await visitor.follow(await visitor.submit({}));
      assert.equal(await visitor.me(), null);
      assert.equal(visitor.page.status, 200);
    }

    for (const flow of ['welcome', 'city'])
      it(`names both accounts and offers to sign out and continue: ${flow}`, async () => {
        await refusedAt(await link({ flow }), visitor, /Sign out and continue/);
        await switchHere();
        assert.equal((await visitor.submit(flow === 'city' ? { city: 'Bandung' } : {})).status, 303);
      });

    it('takes no link by a form that was opened before the sign-in', async () => {
      const path = await link();
      const other = await opened(path);
      await signIn(other, bob.username ?? '');
      const page = await opened(path, new Visitor(testApp));
      const { action, hidden } = page.form;
      page.client.cookies.set('enrollment.sid', other.client.cookies.get('enrollment.sid') ?? '');
      assert.equal((await page.post(action, hidden)).status, 403);
      await page.open('/if/flow/welcome/');
      visitor = page;
      await switchHere();
      assert.equal((await visitor.submit({})).location, '/inside');
      assert.equal(await visitor.me(), ann.username);
    });

    it('keeps the plan that the link has begun', async () => {
      const begun = await opened(await link({ flow: 'city' }));
      assert.equal((await begun.submit({ city: '' })).status, 422);
      const { action, hidden } = begun.form;
      begun.client.cookies.set('enrollment.sid', visitor.client.cookies.get('enrollment.sid') ?? '');
      assert.equal((await begun.post(action, { ...hidden, city: 'Bandung' })).status, 403);
      await begun.open('/if/flow/city/');
      visitor = begun;
      await switchHere();
      assert.equal((await visitor.submit({ city: 'Bandung' })).status, 303);
      const { data } = (await testApp.users.findById(ann.id)) ?? ann;
      assert.equal(data['city'], 'Bandung');
      assert.deepEqual((await testApp.users.findById(bob.id))?.data, bob.data);
    });
  });

  it('checks what a link is issued for', async () => {
    const issue = (more: object) => link(more);
    await assert.rejects(issue({ flow: 'sign-in' }), /there is no flow 'sign-in' with authentication: 'require_token'/);
    await assert.rejects(issue({ flow: 'welcom' }), /did you mean "welcome"/);
    await assert.rejects(issue({ next: '//evil.example' }), /"next" must be a path/);
    await assert.rejects(issue({ ttlSeconds: 0, minutes: 5 }), /ttlSeconds[^]*minutes/);
    const { expiresAt } = await testApp.enrollment.flowLink({ flow: 'city' });
    assert.equal(expiresAt, testApp.clock.now() + 1_800_000);
  });

  it('stores a digest of the token only, which is 192 random bits', async () => {
    const clock = fakeClock();
    const kept: string[] = [];
    const store = createMemoryEphemeralStore({ clock });
    const links = createFlowLinks({
      isOver: async () => false,
      ephemeralStore: { ...store, set: (key, value, ttl) => (kept.push(key, value), store.set(key, value, ttl)) },
      profiles: { find: async () => null, findByTyped: async () => null, passwordHashes: async () => [] },
      sessions: { hasEnded: async () => false, epoch: () => 1 },
      plans: { load: async () => null },
      clock,
    });
    const terms = { flow: 'city', user: null, promptData: null, next: null };
    const tokens = await Promise.all([1, 2].map(async () => (await links.issue(terms, 60)).token.reveal()));
    for (const token of tokens) {
      assert.match(token, /^[\w-]{32}$/);
      assert.ok(!kept.join(' ').includes(token));
    }
    assert.notEqual(tokens[0], tokens[1]);
  });
});
