/**
 * An app whose users sign in at a provider, in a process that kills itself at one moment of the gate's last step:
 *
 *   DIES_AT   before-claim | after-claim | after-account | after-connection | after-commit | before-session;
 *             unset: it stays alive
 *   HEEDS     no: the user store leaves the connection to the kit
 */
import { passAlive, serve, setting } from '../child-program.js';
import express from 'express';
import { createEnrollment, openIdConnectSource, sessionLogin } from '../../../lib/index.js';
import { sqliteUsers, type SqlUser } from '../../../lib/sql.js';

const heeds = process.env['HEEDS'] !== 'no';
const store = sqliteUsers(setting('DATABASE'));
const unlimited = { points: 1_000_000, windowSeconds: 600 };
let asked = 0;

const enrollment = createEnrollment<SqlUser>({
  baseUrl: setting('BASE_URL'),
  secret: setting('ENROLLMENT_SECRET'),
  redis: setting('REDIS_URL'),
  users: {
    ...store.users,
    async create(account, redemption) {
      passAlive('after-claim');
      const user = await store.users.create(heeds ? account : { ...account, identity: null }, redemption);
      passAlive('after-account');
      return user;
    },
  },
  redemptions: store.redemptions,
  connections: {
    find: (identity) => store.connections.find(identity),
    async link(userId, identity) {
      await store.connections.link(userId, identity);
      passAlive('after-connection');
    },
  },
  sources: [
    openIdConnectSource({
      slug: 'acme',
      name: 'Acme',
      issuer: setting('ISSUER'),
      clientId: setting('CLIENT_ID'),
      clientSecret: setting('CLIENT_SECRET'),
      enabled: () => {
        passAlive('before-claim');
        return true;
      },
    }),
  ],
  events: ({ type: name }) => {
    if (name === 'invitation.redeemed') passAlive('after-commit');
    if (name === 'plan.finished') passAlive('before-session');
  },
  login: sessionLogin(),
  flows: [],
  // All visitors of these tests have one address.
  rateLimits: { codes: { perClient: unlimited, perPlan: unlimited, overall: unlimited } },
  clientKey: () => `client-${(asked += 1)}`,
});

const app = express();
app.use(enrollment.session());
app.use(enrollment.router());
app.get('/me', async (req, res) => void res.json(await enrollment.currentUser(req)));
serve(app, () => Promise.all([enrollment.ready(), store.ready()]));
