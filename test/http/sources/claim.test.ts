import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { memoryConnections, signInFlow, type MemoryUser } from '../../../lib/index.js';
import { sampleAccount, sampleRedemption } from '../../../lib/testing/contracts/sample-enrollment.js';
import { startHostileProvider, type HostileProvider } from '../../support/hostile-provider.js';
import { signup, type TestAppOptions } from '../../support/http/test-app.js';
import { Visitor } from '../../support/http/visitor.js';
import { openHostileApp, type HostileApp } from '../../support/sources/hostile-app.js';
import { gatePage, switchableUsers, withoutPassword, type SwitchableUsers } from '../../support/sources/people.js';

const address = 'ann@example.com';

describe('an account provisioned in advance, without a password', () => {
  let provider: HostileProvider;
  let testApp: HostileApp;
  let visitor: Visitor;
  before(async () => {
    provider = await startHostileProvider();
  });
  after(() => provider.close());
  afterEach(async () => {
    provider.reset();
    await testApp.close();
  });

  async function open(options: TestAppOptions = {}, terms: Parameters<typeof openHostileApp>[2] = {}): Promise<void> {
    testApp = await openHostileApp(provider, { flows: [signup, signInFlow({ slug: 'sign-in' })], ...options }, terms);
    visitor = new Visitor(testApp);
  }
  const codeFor = async (email: string | null): Promise<string> =>
    (await testApp.enrollment.invitations.create({ email })).code;
  const holder = (): Promise<string | null> =>
    testApp.connections.find({ source: 'acme', issuer: provider.issuer, subject: 'ann' });
  const redeemed = async (): Promise<number> =>
    (await testApp.enrollment.invitations.list()).items.reduce((sum, one) => sum + one.redeemed, 0);

  async function atGate(): Promise<void> {
    const back = await testApp.by(visitor, '/source/acme/login?next=/books');
    assert.equal(back.location, gatePage, back.text);
    await visitor.get(gatePage);
  }

  it('F27: its owner claims it with the invitation for this address, and with nothing less', async () => {
    await open();
    const ann = await withoutPassword(testApp, 'ann');
    const [bound, open_, domain, other] = [
      await codeFor(address),
      await codeFor(null),
      (await testApp.enrollment.invitations.create({ domain: 'example.com' })).code,
      await codeFor('bob@example.com'),
    ];
    await atGate();
    assert.match(visitor.page.text, /An account for ann@example\.com is waiting here/);
    for (const code of [open_, domain, other]) {
      const refused = await visitor.submit({ invite_code: code });
      assert.equal(refused.status, 422, refused.text);
      assert.deepEqual([await holder(), await visitor.me()], [null, null]);
    }
    assert.match((await visitor.submit({ invite_code: open_ })).text, /for exactly this address/);
    const done = await visitor.submit({ invite_code: bound });
    assert.deepEqual([done.location, await visitor.me()], ['/books', 'ann'], done.text);
    assert.deepEqual([testApp.members.length, await holder(), await redeemed()], [1, ann.id, 1]);

    const second = new Visitor(testApp);
    assert.equal((await testApp.by(second)).location, '/');
    assert.equal(await second.me(), 'ann', 'and straight in from then on');
  });

  const notWaiting: readonly (readonly [title: string, person: object, make: () => Promise<unknown>])[] = [
    [
      'with a password',
      {},
      () => testApp.users.create(sampleAccount({ username: 'ann', email: address }), sampleRedemption()),
    ],
    [
      'that is connected already',
      {},
      async () => {
        const { id } = await withoutPassword(testApp, 'ann');
        await testApp.connections.link(id, { source: 'acme', issuer: provider.issuer, subject: 'another' });
      },
    ],
    ['of another address', { email: 'eve@example.com' }, () => withoutPassword(testApp, 'ann')],
    ['whose address the provider does not vouch for', { email_verified: false }, () => withoutPassword(testApp, 'ann')],
  ];
  for (const [title, person, make] of notWaiting)
    it(`F27: an account ${title} is not claimed by a code`, async () => {
      provider.person = { ...provider.person, ...person };
      await open();
      await make();
      const code = await codeFor(address);
      await testApp.by(visitor);
      const page = await visitor.client.get(gatePage);
      assert.doesNotMatch(page.text, /is waiting here/);
      if (page.status === 200) {
        await visitor.get(gatePage);
        await visitor.submit({ invite_code: code });
      }
      assert.deepEqual([await holder(), await visitor.me()], [null, null]);
    });

  it('F27: one that gets a password or a connection or is deactivated before is not claimed', async () => {
    const changes: readonly ((ann: MemoryUser, guardApp: SwitchableUsers) => unknown)[] = [
      (ann, { users }) => users.update?.(ann, { passwordHash: 'x' }),
      (ann) => testApp.connections.link(ann.id, { source: 'acme', issuer: provider.issuer, subject: 'another' }),
      (ann, { asleep }) => asleep.add(ann.id),
    ];
    for (const [at, change] of changes.entries()) {
      if (at > 0) await testApp.close();
      const guardApp = switchableUsers();
      await open({ users: guardApp.users, redemptions: guardApp.redemptions });
      const ann = await withoutPassword(testApp, 'ann');
      const code = await codeFor(address);
      await atGate();
      await change(ann, guardApp);
      await visitor.follow(await visitor.submit({ invite_code: code }));
      assert.deepEqual([await holder(), await visitor.me(), await redeemed()], [null, null, 0], String(at));
    }
  });

  it('F27: a source that denies matching accounts, and stores that cannot tell, claim nothing', async () => {
    await open({}, { matching: 'email_deny' });
    await withoutPassword(testApp, 'ann');
    assert.equal((await testApp.by(visitor)).status, 403);
    await testApp.close();
    const { hasConnection: _, ...connections } = memoryConnections();
    await open({ connections });
    await withoutPassword(testApp, 'ann');
    const emitted = await visitor.follow(await testApp.by(visitor));
    assert.match(emitted.text, /Sign in the way you signed up/);
    assert.doesNotMatch(emitted.text, /type="password"/);
  });

  it('F27: of two concurrent bound codes, both lead to the one account', async () => {
    await open();
    const ann = await withoutPassword(testApp, 'ann');
    const codes = [await codeFor(address), await codeFor(address)];
    const visitors = [visitor, new Visitor(testApp)];
    for (const one of visitors) {
      await testApp.by(one);
      await one.get(gatePage);
    }
    const answers = await Promise.all(visitors.map((one, at) => one.submit({ invite_code: codes[at] ?? '' })));
    assert.ok(answers.some(({ status }) => status === 303));
    assert.deepEqual([testApp.members.length, await holder()], [1, ann.id]);
    for (const one of visitors) assert.ok(['ann', null].includes(await one.me()));
    assert.equal(await redeemed(), 1);
  });
});
