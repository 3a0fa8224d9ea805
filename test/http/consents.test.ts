import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { consentFlow } from '../../lib/flows.js';
import { memoryUsers, signInFlow, type Flow } from '../../lib/index.js';
import { consentStage } from '../../lib/stages.js';
import { member, signIn } from '../support/http/sign-in-app.js';
import { openTestApp, type TestApp, type TestAppOptions } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const page = '/if/flow/consent/';
const reports = { id: 'reports', name: 'Acme <Reports>' };
const read = { id: 'read', text: 'Read your calendar' };
const write = { id: 'write', text: 'Change your calendar' };
const day = 24 * 60 * 60 * 1000;
type Settings = Omit<Parameters<typeof consentFlow>[0], 'slug'>;

describe('a consent', () => {
  let app: TestApp;
  let ids: Record<string, string> = {};
  afterEach(() => app.close());

  async function open(settings: Settings, more: TestAppOptions = {}): Promise<Visitor> {
    const flows: readonly Flow[] = [
      signInFlow({ slug: 'sign-in', target: '/inside' }),
      consentFlow({ slug: 'consent', target: '/done', ...settings }),
    ];
    app = await openTestApp({ flows, ...more });
    ids = { ann: (await member(app, 'ann')).id, bob: (await member(app, 'bob')).id };
    return signedIn('ann');
  }
  async function signedIn(name: string): Promise<Visitor> {
    const visitor = new Visitor(app);
    await signIn(visitor, name);
    return visitor;
  }
  const stored = (name = 'ann') => app.enrollment.consents.list(ids[name] ?? '');

  it('names the application, the user and the permissions, and is asked for once', async () => {
    const visitor = await open({ application: reports, permissions: [read, write] });
    const shown = await visitor.open(`${page}?next=%2Fauthorize%3Fclient%3Dreports`);
    assert.match(shown.text, /Acme &lt;Reports&gt; asks for access to your account/);
    assert.match(shown.text, /You’re signed in as ann\./);
    assert.match(shown.text, /<li>Read your calendar<\/li>\s*<li>Change your calendar<\/li>/);
    assert.deepEqual(await stored(), [], 'a page stores nothing');
    const answer = await visitor.submit({});
    assert.deepEqual([answer.status, answer.location], [303, '/authorize?client=reports']);
    const now = app.clock.now();
    assert.deepEqual(await stored(), [
      {
        userId: ids['ann'],
        application: 'reports',
        permissions: ['read', 'write'],
        grantedAt: now,
        expiresAt: now + 28 * day,
      },
    ]);
    const again = await visitor.get(`${page}?next=%2Fauthorize%3Fstate%3D2`);
    assert.equal((await visitor.follow(again)).location, '/authorize?state=2', 'without a page');
    const { consents } = app.enrollment;
    assert.equal(await consents.isGranted(ids['ann'] ?? '', 'reports', ['read']), true);
    assert.equal(await consents.isGranted(ids['ann'] ?? '', 'reports', ['read', 'delete']), false);
    assert.equal(await consents.isGranted(ids['ann'] ?? '', 'other'), false);
    assert.equal(await consents.isGranted(ids['bob'] ?? '', 'reports'), false);
  });

  it('expires, and a permanent one does not', async () => {
    for (const [settings, asks] of [
      [{}, true],
      [{ expireSeconds: 29 * 86_400 }, false],
      [{ mode: 'permanent' }, false],
    ] as const) {
      let visitor = await open({ application: reports, permissions: [read], ...settings });
      await visitor.open(page);
      await visitor.submit({});
      app.clock.advance(28 * day);
      visitor = await signedIn('ann');
      assert.equal(/Acme/.test((await visitor.open(page)).text), asks, JSON.stringify(settings));
      assert.equal((await stored()).length, asks ? 0 : 1);
      await app.close();
    }
    await open({});
  });

  it('is asked for each time where that is set, and counts for five minutes', async () => {
    const visitor = await open({ application: reports, permissions: [read], mode: 'always_require' });
    for (let count = 0; count < 2; count += 1) {
      assert.match((await visitor.open(page)).text, /Read your calendar/);
      assert.equal((await visitor.submit({})).location, '/done');
    }
    assert.equal((await stored()).length, 1);
    app.clock.advance(300_000);
    assert.deepEqual(await stored(), []);
  });

  it('without an application is asked for each time, and stored nowhere', async () => {
    const visitor = await open({ permissions: [{ id: 'terms', text: 'Follow the house rules' }] });
    for (let count = 0; count < 2; count += 1) {
      assert.match((await visitor.open(page)).text, /please allow the following:[^]*Follow the house rules/);
      assert.equal((await visitor.submit({})).location, '/done');
    }
    assert.deepEqual(await stored(), []);
  });

  it('to more permissions is asked for again, naming the new ones; to fewer it is not', async () => {
    let permissions = [read];
    const visitor = await open({ application: () => ({ ...reports, permissions }) });
    await visitor.open(page);
    await visitor.submit({});
    permissions = [read, write];
    const more = await visitor.open(page);
    assert.match(
      more.text,
      /asks for more than you allowed before[^]*<li>Change your calendar[^]*You allowed this before:[^]*<li>Read your calendar/,
    );
    await visitor.submit({});
    assert.equal((await stored()).length, 2);
    permissions = [write];
    assert.equal((await visitor.open(page)).location, '/done');
    permissions = [];
    assert.equal((await visitor.open(page)).location, '/done');
  });

  it('may be declined: nothing is stored, and the page is a denial', async () => {
    const visitor = await open({ application: reports, permissions: [read] });
    await visitor.open(`${page}?next=%2Fauthorize`);
    const answer = await visitor.submit({ decline: 'yes' });
    assert.equal(answer.status, 403);
    assert.match(answer.text, /You didn’t allow access, so nothing was shared/);
    assert.deepEqual(await stored(), []);
  });

  it('is revoked for one application or all', async () => {
    const visitor = await open({ application: reports, permissions: [read] });
    await visitor.open(page);
    await visitor.submit({});
    const { consents } = app.enrollment;
    await consents.revoke(ids['ann'] ?? '', 'other');
    assert.equal((await stored()).length, 1);
    await consents.revoke(ids['ann'] ?? '', 'reports');
    assert.deepEqual(await stored(), []);
    assert.match((await visitor.open(page)).text, /Read your calendar/);
    await visitor.submit({});
    await consents.revoke(ids['ann'] ?? '');
    assert.deepEqual(await stored(), []);
  });

  describe('cannot be forged', () => {
    it('without the token of the page, or with that of another request', async () => {
      let permissions = [read];
      const visitor = await open({ application: () => ({ ...reports, permissions }) });
      await visitor.open(page);
      for (const token of ['', 'x', visitor.form.hidden['token']?.slice(1) ?? '']) {
        const answer = await visitor.submit({ token });
        assert.equal(answer.status, 422, token);
        assert.match(answer.text, /This request has changed/);
      }
      permissions = [read, write];
      const changed = await visitor.submit({});
      assert.equal(changed.status, 422, 'what the page did not show is not allowed');
      assert.match(changed.text, /Change your calendar/);
      assert.deepEqual(await stored(), []);
      assert.equal((await visitor.submit({})).status, 303);
    });

    it('by a link that another page of the browser opened meanwhile', async () => {
      const visitor = await open({
        application: ({ context }) => {
          const target = context.redirect ?? {};
          const id = 'path' in target && String(target.path).includes('evil') ? 'evil' : 'reports';
          return { id, name: id, permissions: [read] };
        },
      });
      await visitor.open(`${page}?next=%2Freports`);
      const { hidden } = visitor.form;
      await visitor.open(`${page}?next=%2Fevil`);
      const answer = await visitor.post(page, hidden);
      assert.equal(answer.status, 422);
      assert.deepEqual(await stored(), []);
    });

    it('for an application that the app does not know', async () => {
      const visitor = await open({ application: () => null });
      assert.match((await visitor.open(page)).text, /We don’t know the application that sent you here/);
      const answer = await visitor.submit({});
      assert.equal(answer.status, 403);
      assert.deepEqual(await stored(), []);
    });

    it('by a visitor who is signed out, or whose account is switched off', async () => {
      const store = memoryUsers();
      let isActive = true;
      const toProfile: typeof store.users.toProfile = (user) => ({ ...store.users.toProfile(user), active: isActive });
      await open({ application: reports, permissions: [read] }, { users: { ...store.users, toProfile } });
      const off = await signedIn('bob');
      await off.open(page);
      isActive = false;
      assert.notEqual((await off.submit({})).location, '/done');
      assert.deepEqual(await stored('bob'), []);
      isActive = true;
      const stranger = await new Visitor(app).open(`${page}?next=%2Fauthorize`);
      assert.equal(stranger.status, 403);
      assert.match(stranger.text, /Sign in first/);
      const ann = await signedIn('ann');
      await ann.open(page);
      await ann.client.post('/sign-out', {});
      const answer = await ann.submit({});
      assert.notEqual(answer.location, '/done');
      assert.deepEqual(await stored(), []);
    });

    it('for the next person at the browser, by the page of the person before', async () => {
      const visitor = await open({ application: reports, permissions: [read] });
      await visitor.open(page);
      const { hidden } = visitor.form;
      await visitor.client.post('/sign-out', {});
      await signIn(visitor, 'bob');
      const answer = await visitor.post(page, hidden);
      assert.notEqual(answer.location, '/done');
      assert.deepEqual([...(await stored('ann')), ...(await stored('bob'))], []);
    });

    it('twice by two clicks: one consent, and the same answer', async () => {
      const visitor = await open({ application: reports, permissions: [read] });
      await visitor.open(page);
      const answers = await Promise.all([visitor.submit({}), visitor.submit({})]);
      assert.deepEqual(
        answers.map(({ location }) => location),
        ['/done', '/done'],
      );
      assert.equal((await stored()).length, 1);
    });
  });

  it('names every wrong setting', async () => {
    await open({});
    assert.throws(
      () =>
        consentStage({
          name: 'consent',
          application: { id: 'a' },
          permissions: [read, { id: 'read', text: '' }],
          mode: 'never',
          expireSeconds: 0,
        } as never),
      ({ issues }: { issues: readonly string[] }) => issues.length === 5,
    );
  });

  it('in memory stops the start in production', async () => {
    await open({});
    await assert.rejects(
      () =>
        openTestApp({
          production: true,
          origin: 'https://app.example',
          flows: [consentFlow({ slug: 'consent', application: reports })],
        }),
      { message: /"redis" or "stores\.consents" is required in production/ },
    );
  });
});
