import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import {
  memoryConnections,
  memoryUsers,
  noAccessYetFlow,
  text,
  type JsonObject,
  type MemoryUser,
  type MemoryUsers,
  type UserStore,
} from '../../../lib/index.js';
import type { RuleSettings } from '../../../lib/sources/source-rules.js';
import { startHostileProvider, type HostileProvider } from '../../support/hostile-provider.js';
import { signup } from '../../support/http/test-app.js';
import { Visitor } from '../../support/http/visitor.js';
import { openHostileApp, type HostileApp } from '../../support/sources/hostile-app.js';

const flows = [signup, noAccessYetFlow({ fields: ['username', text({ key: 'profile.city', label: 'City' })] })];
const accountData: RuleSettings['accountData'] = ({ claims }) => ({
  groups: claims['groups'] ?? [],
  role: 'reader',
  profile: { city: 'from Acme', department: claims['zoneinfo'] ?? 'none' },
});

describe('the data of accounts that a source returns', () => {
  let provider: HostileProvider;
  let testApp: HostileApp;
  let store: MemoryUsers;
  before(async () => {
    provider = await startHostileProvider();
  });
  after(() => provider.close());
  afterEach(async () => {
    provider.reset();
    await testApp.close();
  });

  async function open(
    rules: RuleSettings = {},
    usersOf: (users: MemoryUsers['users']) => UserStore<MemoryUser> = (users) => users,
  ): Promise<void> {
    const connections = memoryConnections();
    store = memoryUsers({ connections });
    const { users, redemptions } = store;
    const options = { flows, users: usersOf(users), redemptions, connections };
    testApp = await openHostileApp(provider, options, { accountData, ...rules });
    belongsTo(['blue'], 'sales');
  }

  function belongsTo(groups: readonly string[], department: string): void {
    provider.person = { ...provider.person, groups, zoneinfo: department };
  }

  async function signUp(data: JsonObject = { role: 'editor' }): Promise<void> {
    const { code } = await testApp.enrollment.invitations.create({ data });
    const visitor = new Visitor(testApp);
    await visitor.follow(await testApp.by(visitor));
    await visitor.follow(await visitor.submit({ invite_code: code }));
    await visitor.submit({ 'profile.city': 'Bandung' });
    assert.equal(await visitor.me(), 'ann', visitor.page.text);
  }

  const stored = async (): Promise<JsonObject | undefined> => (await store.users.findByLogin('username', 'ann'))?.data;

  async function signIn(): Promise<string | null> {
    const visitor = new Visitor(testApp);
    await testApp.by(visitor);
    return visitor.me();
  }

  const signedUp = { groups: ['blue'], role: 'editor', profile: { city: 'Bandung', department: 'sales' } };

  it('are written at sign-up, below what was typed and what the invitation enforces', async () => {
    await open();
    await signUp();
    assert.deepEqual(await stored(), signedUp);
  });

  it('follow at each sign-in; typed values and the invitation’s stay', async () => {
    await open();
    await signUp();
    belongsTo(['red', 'green'], 'board');
    assert.equal(await signIn(), 'ann');
    const profile = { city: 'Bandung', department: 'board' };
    assert.deepEqual(await stored(), { groups: ['red', 'green'], role: 'editor', profile });
    provider.person = { ...provider.person, groups: undefined };
    assert.equal(await signIn(), 'ann');
    assert.deepEqual((await stored())?.['groups'], [], 'a claim that is gone takes the groups away');
  });

  it('overwrite everything, or nothing, where the source says so', async () => {
    await open({ refresh: { overwrite: true } });
    await signUp();
    belongsTo(['red'], 'board');
    assert.equal(await signIn(), 'ann');
    const profile = { city: 'from Acme', department: 'board' };
    assert.deepEqual(await stored(), { groups: ['red'], role: 'reader', profile });
    await testApp.close();
    await open({ refresh: false });
    await signUp();
    belongsTo(['red'], 'board');
    assert.equal(await signIn(), 'ann');
    assert.deepEqual(await stored(), signedUp);
  });

  it('that cannot be determined never block a sign-in; they are logged', async () => {
    const wrong: readonly unknown[] = [null, 'groups', [], { groups: ['\u0000'] }];
    let answer: unknown = wrong[0];
    await open({ accountData: () => answer as JsonObject });
    await signUp();
    assert.deepEqual(await stored(), { role: 'editor', profile: { city: 'Bandung' } });
    for (answer of wrong) assert.equal(await signIn(), 'ann', JSON.stringify(answer));
    assert.deepEqual(await stored(), { role: 'editor', profile: { city: 'Bandung' } });
    const errors = testApp.log.filter(({ level }) => level === 'error');
    assert.equal(errors.length, 1 + 2 * wrong.length, JSON.stringify(errors));
  });

  it('that are required refuse the sign-in until they can be written', async () => {
    let away = false;
    await open({ refresh: { required: true } }, (users) => ({
      ...users,
      update: (...given) => (away ? Promise.reject(new Error('away')) : users.update(...given)),
    }));
    await signUp();
    belongsTo(['red'], 'board');
    away = true;
    const visitor = new Visitor(testApp);
    assert.equal((await testApp.by(visitor)).status, 503);
    assert.equal(await visitor.me(), null);
    away = false;
    assert.equal(await signIn(), 'ann');
    assert.deepEqual((await stored())?.['groups'], ['red']);
  });

  it('need no update function: an account then keeps what it was written with', async () => {
    await open({}, ({ toProfile, create, findById, findByLogin }) => ({ toProfile, create, findById, findByLogin }));
    await signUp();
    belongsTo(['red'], 'board');
    assert.equal(await signIn(), 'ann');
    assert.deepEqual(await stored(), signedUp);
  });
});
