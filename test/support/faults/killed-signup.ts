/**
 * The example's sign-up, in a process that kills itself at one moment of the last step:
 *
 *   DIES_AT   before-write | after-write | at-sign-in; unset: it stays alive
 */
import { passAlive, serve, setting } from '../child-program.js';
import express from 'express';
import { createEnrollment, inviteSignupFlow, sessionLogin } from 'express-enrollment';
import { sqliteUsers, type SqlUser } from 'express-enrollment/sql';

const store = sqliteUsers(setting('DATABASE'));
let looked = 0;

const enrollment = createEnrollment<SqlUser>({
  baseUrl: setting('BASE_URL'),
  secret: setting('ENROLLMENT_SECRET'),
  redis: setting('REDIS_URL'),
  users: {
    ...store.users,
    async create(account, redemption) {
      passAlive('before-write');
      const user = await store.users.create(account, redemption);
      passAlive('after-write');
      return user;
    },
    async findById(id) {
      // Before it, the flow notes of which password the evidence is.
      looked += 1;
      if (looked > 1) passAlive('at-sign-in');
      return store.users.findById(id);
    },
  },
  redemptions: store.redemptions,
  login: sessionLogin(),
  flows: [inviteSignupFlow({ slug: 'invite', fields: ['username', 'email', 'password'], repeat: true })],
});

const app = express();
app.use(enrollment.session());
app.use(enrollment.router());
app.get('/', async (req, res) => {
  const user = await enrollment.currentUser(req);
  res.send(user === null ? 'nobody' : `<main><strong id="who">${user.username ?? ''}</strong></main>`);
});
serve(app, () => Promise.all([enrollment.ready(), store.ready()]));
