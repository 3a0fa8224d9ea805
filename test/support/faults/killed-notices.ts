/**
 * Account settings, in a process that kills itself right after it wrote a change:
 *
 *   DIES_AT   after-add | after-remove | after-link | after-unlink | after-create; unset: it stays alive
 *
 * Mails are printed, one a line: kind and recipient.
 */
import express from 'express';
import { createEnrollment, admittedSource, inviteSignupFlow, sessionLogin, signInFlow } from '../../../lib/index.js';
import { accountSettings } from '../../../lib/flows.js';
import { sqliteUsers, type SqlUser } from '../../../lib/sql.js';
import { passAlive, serve, setting } from '../child-program.js';
import { quickPasswords } from '../http/test-app.js';

const store = sqliteUsers(setting('DATABASE'));
const { users, authenticators, connections, redemptions } = store;

async function dying<Result>(step: string, write: Promise<Result>): Promise<Result> {
  const result = await write;
  passAlive(`after-${step}`);
  return result;
}

const enrollment = createEnrollment<SqlUser>({
  baseUrl: setting('BASE_URL'),
  secret: setting('ENROLLMENT_SECRET'),
  redis: setting('REDIS_URL'),
  users: { ...users, create: (...given) => dying('create', users.create(...given)) },
  redemptions,
  authenticators: {
    ...authenticators,
    add: (one) => dying('add', authenticators.add(one)),
    remove: (...given) => dying('remove', authenticators.remove(...given)),
  },
  connections: {
    ...connections,
    link: (...given) => dying('link', connections.link(...given)),
    unlink: (...given) => dying('unlink', Promise.resolve(connections.unlink?.(...given))),
  },
  passwords: quickPasswords,
  login: sessionLogin(),
  sources: [
    admittedSource({
      slug: 'corp',
      name: 'Corp',
      issuer: 'https://corp.example',
      matching: 'email_link',
      linkWithoutProof: true,
    }),
  ],
  mailer: {
    send: ({ kind, to, text }) => {
      const [code = ''] = /[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(text) ?? [];
      process.stdout.write(`MAIL ${kind} ${to} ${code}\n`);
      return Promise.resolve();
    },
  },
  flows: [
    signInFlow({ slug: 'sign-in', target: '/inside', secondFactor: false }),
    inviteSignupFlow({ slug: 'invite', fields: ['username', 'email', 'password'], repeat: true, verifyEmail: true }),
    ...accountSettings({ authenticators: ['totp'], connections: true, leave: false }),
  ],
});

const app = express();
app.use(enrollment.session());
app.use(enrollment.router());
app.get('/me', async (req, res) => void res.json(await enrollment.currentUser(req)));
app.post('/codes', async (_req, res) => void res.json(await enrollment.invitations.create({})));
app.get(
  '/corp/:name',
  enrollment.admit('corp', ({ params }) => {
    const name = String(params['name']);
    return { subject: name, email: `${name}@example.com`, emailVerified: true };
  }),
);
serve(app, () => Promise.all([enrollment.ready(), store.ready()]));
