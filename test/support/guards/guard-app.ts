import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import express5, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import {
  createEnrollment,
  isInviteRefused,
  type Enrollment,
  type EnrollmentOptions,
  type InviteHandler,
} from '../../../lib/index.js';
import type { GuardSettings } from '../../../lib/http/guards/guard-settings.js';
import { fakeClock, type FakeClock } from '../../../lib/testing/fake-clock.js';
import { RawClient, type RawAnswer } from '../raw-client.js';
import { temporaryFolder } from '../temporary-folder.js';
import { secrets, type Logged, type Told } from '../http/test-app.js';
import { sqlitePeople, type People, type Person } from './people.js';

// Its types are those of Express 5, which are close enough: the guard uses only what both have.
const express4 = createRequire(import.meta.url)('express4') as typeof express5;

export interface GuardAppOptions extends Partial<EnrollmentOptions<Person>> {
  readonly express?: 4 | 5;
  readonly people?: People;
  readonly guard?: GuardSettings<Person>;
  /** Replaces the handler that redeems with `found`. */
  readonly handler?: (guardApp: GuardApp) => InviteHandler<Person>;
  /** Replaces the url-encoded and JSON parsers. */
  readonly parsers?: readonly RequestHandler[];
  readonly before?: (app: Express, guardApp: GuardApp) => void;
  /** Replaces the listening address, e.g. `https://house.example`; a function receives the port. */
  readonly origin?: string | ((port: number) => string);
}

/** An app with its own signup route at `/signup`, and the guard in front of it. */
export interface GuardApp {
  readonly url: string;
  readonly enrollment: Enrollment<Person>;
  readonly people: People;
  readonly clock: FakeClock;
  readonly log: readonly Logged[];
  readonly events: readonly Told[];
  /** How often the app's handler was called. */
  entered: number;
  invite(input?: Parameters<Enrollment<Person>['invitations']['create']>[0]): Promise<string>;
  close(): Promise<void>;
}

export const bodyEmail = (req: { readonly body?: unknown }): string =>
  String((req.body as { email?: unknown } | undefined)?.email);

/** Redeems as the documentation shows it, and responds with the result. */
export const plainHandler: (guardApp: GuardApp) => InviteHandler<Person> = (guardApp) => async (req, res, invite) => {
  const person = await invite.redeem(
    (redemption) => guardApp.people.insert(bodyEmail(req), redemption),
    (id) => guardApp.people.findById(id),
  );
  const { id, label, inviter, email, data, redirect } = invite;
  res.status(201).json({ person, invite: { id, label, inviter, email, data, redirect } });
};

/** The app's own error page. */
export const emitted: ErrorRequestHandler = (error, _req, res, _next) => {
  const { status = 500, code, message } = error;
  const refusal = isInviteRefused(error)
    ? {
        reference: error.reference,
        reason: error.reason,
        fields: error.fields,
        retryAfterSeconds: error.retryAfterSeconds,
        userId: error.userId,
        expose: error.expose,
      }
    : {};
  res.status(status).json({ by: 'next', code, message, ...refusal });
};

export async function openGuardApp(options: GuardAppOptions = {}): Promise<GuardApp> {
  const {
    express: version = 5,
    guard = {},
    handler = plainHandler,
    parsers,
    before,
    origin,
    people,
    ...given
  } = options;
  const express = version === 5 ? express5 : express4;
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  // When a test expects its settings to be refused, there is no app to close.
  server.unref();
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const clock = fakeClock(Date.now());
  const log: Logged[] = [];
  const events: Told[] = [];
  const note = (level: Logged['level']) => (fields: object, text: string) =>
    void log.push({ level, fields: { ...fields }, text });
  const inside = people ?? (await sqlitePeople(join(temporaryFolder(), 'people.sqlite')));
  const enrollment = createEnrollment<Person>({
    baseUrl: (typeof origin === 'function' ? origin(port) : origin) ?? url,
    secret: secrets[0],
    redemptions: inside.redemptions,
    clock,
    logger: { info: note('info'), warn: note('warn'), error: note('error') },
    events: ({ type: name, ...facts }) => void events.push({ name, facts }),
    production: false,
    ...given,
  });
  const guardApp: GuardApp = {
    url,
    enrollment,
    people: inside,
    clock,
    log,
    events,
    entered: 0,
    invite: async (input) => (await enrollment.invitations.create(input)).code,
    async close() {
      server.close();
      server.closeAllConnections();
      await enrollment.close();
      await inside.close();
    },
  };

  const app = express();
  app.set('env', 'test');
  app.use(...(parsers ?? [express.urlencoded({ extended: true }), express.json()]), (_req, _res, next) => next());
  before?.(app, guardApp);
  app.get('/signup', enrollment.prefillInvite(guard.field === undefined ? {} : { field: guard.field }), (_req, res) => {
    res.json(res.locals['invite']);
  });
  const entering = handler(guardApp);
  app.post(
    '/signup',
    enrollment.requireInvite(guard, (req, res, invite) => {
      guardApp.entered += 1;
      return entering(req, res, invite);
    }),
  );
  app.use(emitted);
  server.on('request', app);
  return guardApp;
}

/** A visitor with their own browser. */
export class Caller {
  readonly client: RawClient;

  constructor({ url }: Pick<GuardApp, 'url'>) {
    this.client = new RawClient(url);
  }

  /** Opens the form, so that the browser has an attempt cookie. */
  open(path = '/signup'): Promise<RawAnswer> {
    return this.client.get(path);
  }

  send(code: string, email: string, more: Record<string, string> = {}): Promise<RawAnswer> {
    return this.client.post('/signup', { invite_code: code, email, ...more });
  }
}

export function said(answer: RawAnswer): Record<string, unknown> {
  return JSON.parse(answer.text) as Record<string, unknown>;
}

/** The id of the user in an answer of `plainHandler`. */
export function personIn(answer: RawAnswer): string {
  return (said(answer) as { person?: Person }).person?.id ?? `nobody: ${answer.text}`;
}
