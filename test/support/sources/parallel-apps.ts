import assert from 'node:assert/strict';
import {
  memoryConnections,
  memoryUsers,
  openIdConnectSource,
  type Connections,
  type MemoryUser,
  type Redemptions,
  type UserStore,
} from '../../../lib/index.js';
import { sqliteUsers } from '../../../lib/sql.js';
import type { HostileProvider } from '../hostile-provider.js';
import { holdPost } from '../held-post.js';
import type { TestRedis } from '../redis-server.js';
import { openTestApp, signup, type TestApp } from '../http/test-app.js';
import { tellingUsers } from '../http/telling-users.js';
import { Visitor } from '../http/visitor.js';
import { gatePath } from './bypass-tricks.js';

const unlimited = { points: 1_000_000, windowSeconds: 600 };

/** The stores for users and their data. */
export interface GuardApp {
  readonly users: UserStore<MemoryUser>;
  readonly redemptions: Redemptions;
  readonly connections: Connections;
  close(): Promise<void>;
}

export const testApps: Readonly<Record<string, (path: string) => GuardApp>> = {
  'an SQLite file': (path) => {
    const { users, redemptions, connections, close } = sqliteUsers(path);
    return { users, redemptions, connections, close };
  },
  'memory, with the connections': () => {
    const connections = memoryConnections();
    return { ...memoryUsers({ connections }), connections, close: () => Promise.resolve() };
  },
  'memory, without the connections': () => ({
    ...memoryUsers(),
    connections: memoryConnections(),
    close: () => Promise.resolve(),
  }),
};

export interface ParallelApps extends TestApp {
  readonly connections: Connections;
  readonly made: readonly MemoryUser[];
  /** At the code page of the gate, as the provider's current user. */
  atGate(): Promise<Visitor>;
  /** The callback URL to which the provider redirects the browser. */
  onTheWayBack(visitor: Visitor): Promise<string>;
}

/**
 * A test app at a provider that vouches for any user that the test selects. It counts no attempts, because all requests
 * have one address.
 */
export async function openParallelApps(
  provider: HostileProvider,
  guardApp: GuardApp,
  redis: TestRedis | null,
): Promise<ParallelApps> {
  const { issuer, clientId, clientSecret } = provider;
  const made: MemoryUser[] = [];
  let asked = 0;
  const testApp = await openTestApp({
    flows: [signup],
    users: tellingUsers(guardApp.users, made),
    redemptions: guardApp.redemptions,
    connections: guardApp.connections,
    sources: [openIdConnectSource({ slug: 'acme', name: 'Acme', issuer, clientId, clientSecret })],
    rateLimits: { codes: { perClient: unlimited, perPlan: unlimited, overall: unlimited } },
    clientKey: () => `client-${(asked += 1)}`,
    ...(redis === null ? {} : { redis: redis.url, clock: { now: () => Date.now() } }),
  });
  await testApp.enrollment.ready();
  async function onTheWayBack(visitor: Visitor): Promise<string> {
    const away = await visitor.client.get('/source/acme/login');
    assert.equal(away.status, 303, away.text);
    return `/source/acme/callback?${provider.answer(new URL(away.location)).toString()}`;
  }
  return {
    ...testApp,
    connections: guardApp.connections,
    made,
    onTheWayBack,
    async atGate() {
      const visitor = new Visitor(testApp);
      const back = await visitor.client.get(await onTheWayBack(visitor));
      assert.deepEqual([back.status, back.location], [303, gatePath], back.text);
      await visitor.get(gatePath);
      return visitor;
    },
  };
}

/** Completes all forms at one moment: all but the last byte of each is already at the server. */
export async function allAtOnce(
  url: string,
  posts: readonly { readonly visitor: Visitor; readonly fields: Readonly<Record<string, string>> }[],
): Promise<readonly { status: number; location: string; text: string; visitor: Visitor }[]> {
  const held = [];
  for (const { visitor, fields } of posts) {
    const cookie = visitor.client.cookies.header(gatePath);
    held.push({ visitor, post: await holdPost(url, gatePath, cookie, { ...visitor.form.hidden, ...fields }) });
  }
  return Promise.all(
    held.map(async ({ visitor, post }) => {
      const { status, location, cookies, text } = await post.release();
      visitor.client.cookies.take(cookies, gatePath);
      return { status, location, text, visitor };
    }),
  );
}
