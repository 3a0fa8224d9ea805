/**
 * Tickets that set a password, in a process that kills itself at one step of a use:
 *
 *   DIES_AT   before-claim | after-claim | before-write | after-write | before-commit | after-commit; unset: it stays alive
 *   SKEW_MS   how much later it is for the store of tickets than for Redis
 */
import express from 'express';
import { setPasswordFlow } from '../../../lib/flows.js';
import { createEnrollment, sessionLogin, signInFlow } from '../../../lib/index.js';
import { sqliteUsers, type SqlUser } from '../../../lib/sql.js';
import { createConnection } from '../../../lib/stores/redis/connection.js';
import { createKeys } from '../../../lib/stores/redis/keys.js';
import { createRedisTicketLists } from '../../../lib/stores/redis/ticket-lists.js';
import { createTicketStore } from '../../../lib/stores/tickets/ticket-store.js';
import { Redis } from 'ioredis';
import { passAlive, serve, setting } from '../child-program.js';
import { quickPasswords } from '../http/test-app.js';

const users = sqliteUsers(setting('DATABASE'));
const skewMs = Number(process.env['SKEW_MS'] ?? 0);
const redis = createConnection(new Redis(setting('REDIS_URL')));
const tickets = createTicketStore(
  createRedisTicketLists({ redis, keys: createKeys('killed-tickets:'), skewMs: () => skewMs }),
);

async function dying<Result>(step: string, work: () => Promise<Result>): Promise<Result> {
  passAlive(`before-${step}`);
  const result = await work();
  passAlive(`after-${step}`);
  return result;
}

const enrollment = createEnrollment<SqlUser>({
  baseUrl: setting('BASE_URL'),
  secret: setting('ENROLLMENT_SECRET'),
  redis: setting('REDIS_URL'),
  users: { ...users.users, replacePassword: (...given) => dying('write', () => users.users.replacePassword(...given)) },
  redemptions: users.redemptions,
  passwords: quickPasswords,
  login: sessionLogin(),
  stores: {
    tickets: {
      ...tickets,
      claim: (claim) => dying('claim', () => tickets.claim(claim)),
      commit: (...args) => dying('commit', () => tickets.commit(...args)),
    },
  },
  flows: [setPasswordFlow({ slug: 'set-password' }), signInFlow({ slug: 'sign-in', target: '/inside' })],
});

const app = express();
app.use(enrollment.session());
app.use(enrollment.router());
app.post('/tickets/:user', async (req, res) => {
  res.json(await enrollment.tickets.create({ user: req.params.user }, { purpose: 'recovery' }));
});
app.get('/tickets/:id', async (req, res) => {
  res.json(await enrollment.tickets.get(req.params.id));
});
serve(app, () => Promise.all([enrollment.ready(), users.ready()]));
