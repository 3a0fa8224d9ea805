/**
 * The example's sign-up for a crowd, in its own process. Two things differ from an app in production: passwords are
 * hashed in a fraction of the time (a thousand real hashes would take half a minute and prove nothing about seats), and
 * codes are not throttled (the whole crowd has one address).
 */
import { serve, setting } from '../child-program.js';
import express from 'express';
import { argon2Passwords, createEnrollment, inviteSignupFlow, sessionLogin } from '../../../lib/index.js';
import { sqliteUsers } from '../../../lib/stores/sql/sqlite-users.js';

const store = sqliteUsers(setting('DATABASE'));
const unlimited = { points: 1_000_000, windowSeconds: 600 };

const enrollment = createEnrollment({
  baseUrl: setting('BASE_URL'),
  secret: setting('ENROLLMENT_SECRET'),
  redis: setting('REDIS_URL'),
  users: store.users,
  redemptions: store.redemptions,
  login: sessionLogin(),
  flows: [inviteSignupFlow({ slug: 'invite', fields: ['username', 'email', 'password'] })],
  passwords: argon2Passwords({ memoryKiB: 64, passes: 1 }),
  rateLimits: {
    codes: { perClient: unlimited, perPlan: unlimited, overall: unlimited },
    availability: { perClient: unlimited },
    newPlans: { perClient: unlimited },
  },
});

const app = express();
app.use(enrollment.session());
app.use(enrollment.router());
app.get('/me', async (req, res) => void res.json(await enrollment.currentUser(req)));
serve(app, () => Promise.all([enrollment.ready(), store.ready()]));
