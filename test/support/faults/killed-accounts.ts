/**
 * Recovery and account settings, in a process that kills itself at one moment of a change:
 *
 *   DIES_AT   before-update | after-update; unset: it stays alive
 *
 * Mails are printed, one a line.
 */
import { passAlive, serve, setting } from '../child-program.js';
import express from 'express';
import { createEnrollment, sessionLogin, signInFlow } from 'express-enrollment';
import { accountSettings, recoveryFlow } from 'express-enrollment/flows';
import { sqliteUsers, type SqlUser } from 'express-enrollment/sql';

const store = sqliteUsers(setting('DATABASE'));

async function dying<Result>(write: () => Promise<Result>): Promise<Result> {
  passAlive('before-update');
  const written = await write();
  passAlive('after-update');
  return written;
}

const enrollment = createEnrollment<SqlUser>({
  baseUrl: setting('BASE_URL'),
  secret: setting('ENROLLMENT_SECRET'),
  redis: setting('REDIS_URL'),
  users: {
    ...store.users,
    update: (user, change) => dying(() => store.users.update(user, change)),
    replacePassword: (...given) => dying(() => store.users.replacePassword(...given)),
  },
  redemptions: store.redemptions,
  login: sessionLogin(),
  mailer: {
    send: ({ text }) => {
      process.stdout.write(`MAIL ${JSON.stringify(text)}\n`);
      return Promise.resolve();
    },
  },
  flows: [
    signInFlow({ slug: 'sign-in' }),
    recoveryFlow({ slug: 'recovery', signInFlow: 'sign-in' }),
    ...accountSettings({ fields: ['username', 'email', 'name'], leave: false }),
  ],
});

const app = express();
app.use(enrollment.session());
app.use(enrollment.router());
app.get('/', async (req, res) => {
  const user = await enrollment.currentUser(req);
  res.send(user === null ? 'nobody' : `<main><strong id="who">${user.username ?? ''}</strong></main>`);
});
serve(app, () => Promise.all([enrollment.ready(), store.ready()]));
