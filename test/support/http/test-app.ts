import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express } from 'express';
import {
  argon2Passwords,
  createEnrollment,
  inviteSignupFlow,
  memoryUsers,
  sessionLogin,
  type Enrollment,
  type EnrollmentOptions,
  type MemoryUser,
  type Redemptions,
} from '../../../lib/index.js';
import { fakeClock, type FakeClock } from '../../../lib/testing/fake-clock.js';
import { tellingUsers } from './telling-users.js';

/** One secret of these tests, and the one that replaces it. */
export const secrets = ['Wz7ePx0rTqkL4mVbN2cYhDfJ8sGaU5iQ', 'o3RkXvB9uEwTzH1yMnCqLpJd6FgS7aZe'] as const;

export interface Told {
  readonly name: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

export interface Logged {
  readonly level: 'info' | 'warn' | 'error';
  readonly fields: Readonly<Record<string, unknown>>;
  readonly text: string;
}

export interface TestAppOptions extends Partial<EnrollmentOptions<MemoryUser>> {
  /** Where the router is mounted; default `''`, the root. */
  readonly mount?: string;
  /** Mounted before the session and the router. */
  readonly before?: (app: Express) => void;
  /** The app's own routes, after the session and the router. */
  readonly after?: (app: Express, enrollment: Enrollment<MemoryUser>) => void;
  /** Replaces `enrollment.session()`. */
  readonly session?: (app: Express, enrollment: Enrollment<MemoryUser>) => void;
  /** Replaces the listening address, e.g. `https://club.example`; a function receives the port. */
  readonly origin?: string | ((port: number) => string);
}

/** An Express app with the kit, on its own loopback port. */
export interface TestApp {
  /** The listening address, without the mount. */
  readonly url: string;
  readonly mount: string;
  /** The path of the first flow's page. */
  readonly page: string;
  readonly enrollment: Enrollment<MemoryUser>;
  readonly clock: FakeClock;
  /** Every account that was created, in order. */
  readonly members: readonly MemoryUser[];
  readonly users: NonNullable<EnrollmentOptions<MemoryUser>['users']>;
  readonly redemptions: Redemptions | null;
  readonly log: readonly Logged[];
  readonly events: readonly Told[];
  /** Texts that must never be logged or emitted: the codes and passwords that visitors type. */
  readonly canaries: Set<string>;
  /** Ends the server; throws when a canary was logged or emitted. */
  close(): Promise<void>;
}

export const quickPasswords = argon2Passwords({ memoryKiB: 64, passes: 1, waiting: 10_000 });

export const signup = inviteSignupFlow({
  slug: 'invite',
  fields: ['username', 'email', 'password'],
  // The tutorial's pair.
  repeat: true,
  target: '/welcome',
});

/** Opens a test app. Its clock stands still at the real time, unless `clock` is set. */
export async function openTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const { mount = '', before, after, session, origin, ...given } = options;
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const clock = fakeClock(Date.now());
  const store = memoryUsers({ clock });
  const members: MemoryUser[] = [];
  const log: Logged[] = [];
  const events: Told[] = [];
  const note = (level: Logged['level']) => (fields: object, text: string) =>
    void log.push({ level, fields: { ...fields }, text });

  const users = given.users ?? tellingUsers(store.users, members);
  const config: EnrollmentOptions<MemoryUser> = {
    baseUrl: ((typeof origin === 'function' ? origin(port) : origin) ?? url) + mount,
    secret: secrets[0],
    redemptions: store.redemptions,
    login: sessionLogin(),
    flows: [signup],
    passwords: quickPasswords,
    clock,
    logger: { info: note('info'), warn: note('warn'), error: note('error') },
    events: ({ type: name, ...facts }) => void events.push({ name, facts }),
    production: false,
    // Crowds have one address here; the limits have their own tests.
    ...given,
    rateLimits: {
      availability: { perClient: { points: 100_000, windowSeconds: 60 } },
      newPlans: { perClient: { points: 100_000, windowSeconds: 60 } },
      ...given.rateLimits,
    },
    users,
  };
  const enrollment = enrollmentOf(config, server);
  const app = express();
  app.disable('x-powered-by');
  // The test inspects what reaches Express's own error handler, so it is not printed.
  app.set('env', 'test');
  before?.(app);
  if (session === undefined) app.use(enrollment.session());
  else session(app, enrollment);
  if (mount === '') app.use(enrollment.router());
  else app.use(mount, enrollment.router());
  app.get('/me', async (req, res) => void res.json(await enrollment.currentUser(req)));
  app.post('/sign-out', async (req, res) => {
    await enrollment.signOut(req, res);
    res.redirect(303, '/');
  });
  after?.(app, enrollment);
  server.on('request', app);
  // A failed test may leave its app open; that must not keep the run from ending.
  server.unref();

  const canaries = new Set<string>();
  return {
    url,
    mount,
    page: `${mount}/if/flow/${config.flows?.[0]?.slug ?? ''}/`,
    enrollment,
    clock,
    members,
    users,
    redemptions: config.redemptions ?? null,
    log,
    events,
    canaries,
    async close() {
      server.close();
      server.closeAllConnections();
      await enrollment.close();
      refuseLeaks(canaries, [...log.map(spelledOut), ...events.map(spelledOut)]);
    },
  };
}

/** Some tests want the options to be rejected; then there is no app to close. */
function enrollmentOf(config: EnrollmentOptions<MemoryUser>, server: Server): Enrollment<MemoryUser> {
  try {
    return createEnrollment(config);
  } catch (error) {
    server.close();
    throw error;
  }
}

function spelledOut(entry: object): string {
  return JSON.stringify(entry, (_key, value: unknown) =>
    value instanceof Error ? { message: value.message, stack: value.stack, cause: value.cause } : value,
  );
}

function refuseLeaks(canaries: ReadonlySet<string>, lines: readonly string[]): void {
  for (const canary of canaries) {
    const line = lines.find((text) => text.includes(canary));
    if (line !== undefined) throw new Error(`a secret was logged or told: ${line}`);
  }
}
