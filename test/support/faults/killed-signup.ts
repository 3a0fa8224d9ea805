/**
 * The example's sign-up, in a process that kills itself at one moment of the last step:
 *
 *   DIES_AT   before-write | after-write | at-sign-in; unset: it stays alive
 */
import express from 'express';
import { createEnrollment, inviteSignupFlow, sessionLogin } from 'express-enrollment';
import { sqliteUsers, type SqlUser } from 'express-enrollment/sql';

const setting = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
};
const diesAt = process.env['DIES_AT'];
const store = sqliteUsers(setting('DATABASE'));

function passAlive(moment: string): void {
  if (moment === diesAt) process.kill(process.pid, 'SIGKILL');
}

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
      passAlive('at-sign-in');
      return store.users.findById(id);
    },
  },
  redemptions: store.redemptions,
  login: sessionLogin(),
  flows: [inviteSignupFlow({ slug: 'invite', fields: ['username', 'email', 'password'] })],
});

const app = express();
app.use(enrollment.session());
app.use(enrollment.router());
app.get('/', async (req, res) => {
  const user = await enrollment.currentUser(req);
  res.send(user === null ? 'nobody' : `<main><strong id="who">${user.username ?? ''}</strong></main>`);
});
const port = Number(setting('PORT'));
app.listen(port, () => {
  void Promise.all([enrollment.ready(), store.ready()]).then(() => console.log(`http://localhost:${port}`));
});
