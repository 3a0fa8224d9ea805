/**
 * Invitations and tickets by mail, over SMTP, in a process that kills itself between two writes of its stores:
 *
 *   POST /arm/:write   it dies before the write with this number; `none`: it only counts
 *   GET /writes        what it wrote since
 *   SENDS              no: it orders mails, and leaves their sending to another process
 */
import express from 'express';
import { confirmEmailFlow, setPasswordFlow } from '../../../lib/flows.js';
import { createEnrollment, inviteSignupFlow, sessionLogin, signInFlow } from '../../../lib/index.js';
import { smtpMailer } from '../../../lib/mail/smtp-mailer.js';
import type { MailedInvitationInput, ResendSettings } from '../../../lib/ports/invitation-input.js';
import type { TicketSettings } from '../../../lib/ports/tickets.js';
import { sqliteUsers, type SqlUser } from '../../../lib/sql.js';
import { createStores } from '../../../lib/stores/stores.js';
import { serve, setting } from '../child-program.js';
import { quickPasswords } from '../http/test-app.js';
import { countWrites } from './counted-writes.js';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const sends = process.env['SENDS'] !== 'no';
const unlimited = { points: 1_000_000, windowSeconds: 600 };
const writes = countWrites();
const store = sqliteUsers(setting('DATABASE'));
const prefix = 'killed-mails:';
const redis = createStores({
  redis: setting('REDIS_URL'),
  own: {},
  prefix,
  clock: { now: () => Date.now() },
  log: silent,
});
const outbox = sends ? redis.outbox : { ...redis.outbox, take: () => Promise.resolve({ items: [], nextInMs: null }) };

const enrollment = createEnrollment<SqlUser>({
  baseUrl: setting('BASE_URL'),
  secret: setting('ENROLLMENT_SECRET'),
  redis: setting('REDIS_URL'),
  keyPrefix: prefix,
  allowVolatileRedis: true,
  users: writes.of('users', store.users, ['create', 'update', 'replacePassword']),
  redemptions: store.redemptions,
  passwords: quickPasswords,
  login: sessionLogin(),
  mailer: smtpMailer({ url: setting('SMTP_URL'), from: { name: 'Acme', address: 'a@acme.example' }, tls: 'none' }),
  webhooks: [{ url: setting('RECEIVER'), secret: setting('WEBHOOK_SECRET'), events: ['enrollment.finished'] }],
  rateLimits: {
    mails: { perClient: unlimited },
    invitationMails: { perTenant: unlimited },
  },
  stores: {
    invitations: writes.of('invitations', redis.invitations, [
      'create',
      'edit',
      'reserveOutstanding',
      'claim',
      'reserve',
      'commit',
      'release',
    ]),
    outbox: writes.of('outbox', outbox, ['put']),
    mails: sends ? redis.mails : writes.of('mails', redis.mails, ['create', 'replace']),
    tickets: writes.of('tickets', redis.tickets, ['create', 'end', 'extend', 'claim', 'commit', 'release']),
    waitlist: writes.of('waitlist', redis.waitlist, ['add', 'change', 'remove']),
    ephemeral: writes.of('ephemeral', redis.ephemeralStore, ['set', 'setIfAbsent', 'take', 'compareAndSet']),
    plans: writes.of('plans', redis.plans, ['create', 'replace', 'drop']),
    suppressions: writes.of('suppressions', redis.suppressions, ['add', 'remove']),
  },
  flows: [
    inviteSignupFlow({ slug: 'invite', fields: ['username', 'email', 'password'], repeat: true }),
    signInFlow({ slug: 'sign-in', target: '/inside' }),
    setPasswordFlow({ slug: 'set-password' }),
    confirmEmailFlow({ slug: 'confirm' }),
  ],
});
const { invitations, tickets, waitlist, mails } = enrollment;

interface Given {
  readonly id: string;
  readonly user: string;
  readonly email: string;
  readonly input: MailedInvitationInput;
  readonly rows: readonly MailedInvitationInput[];
  readonly resending: ResendSettings;
  readonly ticket: TicketSettings;
}

/** What an administrator's page, or a script, calls. */
const calls: Readonly<Record<string, (given: Given) => unknown>> = {
  send: ({ input }) => invitations.send(input),
  sendMany: ({ rows }) => invitations.sendMany(rows),
  resend: ({ id, resending }) => invitations.resend(id, resending),
  reissue: ({ id }) => invitations.reissue(id),
  get: ({ id }) => invitations.get(id),
  list: ({ email }) => invitations.list({ search: email }),
  reconcile: ({ id }) => invitations.reconcile(id),
  ticket: ({ user, ticket }) => tickets.create({ user }, ticket),
  ticketState: ({ id }) => tickets.get(id),
  ask: ({ email }) => waitlist.ask({ email }),
  approve: ({ email }) => waitlist.approve({ emails: [email] }),
  resendLetter: ({ email }) => waitlist.resend({ emails: [email] }),
  waiting: () => waitlist.list({ limit: 1000 }),
  reconcileWaitlist: () => waitlist.reconcile(),
  mails: ({ email }) => mails.list({ to: email, limit: 50 }),
};

const app = express();
app.post('/arm/:write', (req, res) => {
  writes.arm(req.params.write === 'none' ? null : Number(req.params.write));
  res.end();
});
app.get('/writes', (_req, res) => void res.json(writes.names));
app.post('/call/:name', express.json(), async (req, res) => {
  try {
    res.json({ answer: (await calls[req.params.name]?.(req.body)) ?? null });
  } catch (error) {
    const [code, text] = [Reflect.get(Object(error), 'code'), error instanceof Error ? error.message : ''];
    res.status(400).json({ code, text });
  }
});
app.use(enrollment.session());
app.use(enrollment.router());
app.get('/me', async (req, res) => void res.json(await enrollment.currentUser(req)));
serve(app, () => Promise.all([enrollment.ready(), store.ready()]));
