import assert from 'node:assert/strict';
import type { Express } from 'express';
import {
  memoryUsers,
  signInFlow,
  type Enrollment,
  type MemoryUser,
  type Redemptions,
  type UserStore,
} from '../../../lib/index.js';
import { sampleAccount, sampleRedemption } from '../../../lib/testing/contracts/sample-enrollment.js';
import type { OpenIdProvider, Person } from '../openid-provider.js';
import { signup, type TestApp } from '../http/test-app.js';
import { Visitor } from '../http/visitor.js';

export const connectPage = '/if/flow/connect-account/';
export const gatePage = '/if/flow/no-access-yet/';
export const minutes = 60_000;

/** Signing up and signing in, in addition to Acme. */
export const withSignIn = [signup, signInFlow({ slug: 'sign-in', target: '/inside' })] as const;

/** Starts from a link to the provider; returns the callback URL, which the browser has not requested yet. */
export async function sentBack(
  provider: OpenIdProvider,
  visitor: Visitor,
  person: Person | null,
  start = '/source/acme/login',
): Promise<string> {
  const away = await visitor.client.get(start);
  assert.equal(away.status, 303, away.text);
  const { url } = await provider.visit(away.location, person);
  return url.pathname + url.search;
}

/** A user with an account that was provisioned without a password. */
export function withoutPassword(testApp: TestApp, name: string, email = `${name}@example.com`): Promise<MemoryUser> {
  const account = sampleAccount({ username: name, email, passwordHash: null });
  const redemption = sampleRedemption();
  // An administrator writes only the user; the redemption row that this store requires belongs to no invitation.
  return testApp.users.create(account, { ...redemption, row: () => redemption.row('nobody') });
}

/** Routes of an app that signs users in and out on its own, unknown to the kit: POST `/enter/<id>` and `/leave`. */
export function entrance(findById: UserStore<MemoryUser>['findById']) {
  return (app: Express, enrollment: Enrollment<MemoryUser>): void => {
    app.post('/enter/:id', async (req, res) => {
      const user = await findById(req.params.id);
      assert.ok(user);
      await enrollment.signIn(req, res, user);
      res.sendStatus(204);
    });
    exit(app);
  };
}

/** A route of an app that signs users out on its own, unknown to the kit: POST `/leave`. */
export function exit(app: Express): void {
  app.post('/leave', (req, res) => {
    req.session.destroy(() => res.sendStatus(204));
  });
}

export async function enter(visitor: Visitor, { id }: MemoryUser): Promise<void> {
  assert.equal((await visitor.client.post(`/enter/${id}`, {})).status, 204);
}

export async function leave(visitor: Visitor): Promise<void> {
  assert.equal((await visitor.client.post('/leave', {})).status, 204);
  assert.equal(await visitor.me(), null);
}

export interface SwitchableUsers {
  readonly users: UserStore<MemoryUser>;
  readonly redemptions: Redemptions;
  /** The ids of inactive users. */
  readonly asleep: Set<string>;
}

/** Users who can be deactivated. */
export function switchableUsers(): SwitchableUsers {
  const { users, redemptions } = memoryUsers();
  const asleep = new Set<string>();
  const toProfile: UserStore<MemoryUser>['toProfile'] = (user) => ({
    ...users.toProfile(user),
    active: !asleep.has(user.id),
  });
  return { users: { ...users, toProfile }, redemptions, asleep };
}

/** The user of every `source.linked` event. */
export function linkedEvents({ events }: TestApp): readonly unknown[] {
  return events.filter(({ name }) => name === 'source.linked').map(({ facts }) => facts['user']);
}

/** In a browser without cookies: signs in directly at Acme. */
export async function comesIn(
  testApp: TestApp & { by(visitor: Visitor, person: Person | null): Promise<unknown> },
  person: Person,
): Promise<string | null> {
  const visitor = new Visitor(testApp);
  await testApp.by(visitor, person);
  return visitor.me();
}
