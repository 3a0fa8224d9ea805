/**
 * Invite-only signup: a link, a code, an account page, a signed-in user; signing out and in again.
 *
 *   PORT        default 3000
 *   BASE_URL    default http://localhost:<PORT>
 *   REDIS_URL   sessions, plans and invitations; default: in memory
 *   DATABASE    the SQLite file of the users; default data/invite-signup.sqlite
 *   DRAIN_SECONDS   how long to keep answering after SIGTERM, not ready; default 0
 *   ENROLLMENT_SECRET   default: random, for one process
 */
import { fileURLToPath } from 'node:url';
import express from 'express';
import {
  codeDictionary,
  createEnrollment,
  inviteSignupFlow,
  sessionLogin,
  signInFlow,
  signOutFlow,
} from 'express-enrollment';
import { sqliteUsers } from 'express-enrollment/sql';

const port = Number(process.env['PORT'] ?? 3000);
const baseUrl = process.env['BASE_URL'] ?? `http://localhost:${String(port)}`;
const redis = process.env['REDIS_URL'];
const secret = process.env['ENROLLMENT_SECRET'];
const store = sqliteUsers(process.env['DATABASE'] ?? 'data/invite-signup.sqlite');
const thisYear = new Intl.DateTimeFormat('en', { timeZone: 'Asia/Jakarta', year: 'numeric' }).format(new Date());

const enrollment = createEnrollment({
  baseUrl,
  secret,
  redis,
  users: store.users,
  redemptions: store.redemptions,
  login: sessionLogin(),
  brand: { name: 'Kopi Club' },
  flows: [
    // `repeat`: authentik's tutorial asks for the password twice.
    inviteSignupFlow({ slug: 'invite', fields: ['username', 'email', 'password'], repeat: true }),
    signInFlow({ slug: 'sign-in', staySignedInSeconds: 30 * 24 * 60 * 60, links: { enrollment: 'invite' } }),
    signOutFlow({ slug: 'sign-out' }),
  ],
  seed: codeDictionary(
    {
      TESCODEIFEXPIRE: '2025-12-31 23:59:59',
      TESCODEFORTHISYEAR: `${thisYear}-12-31 23:59:59`,
    },
    { zone: 'Asia/Jakarta', uses: 10_000 },
  ),
});

const app = express();
app.disable('x-powered-by');
app.set('views', fileURLToPath(new URL('../../../examples/invite-signup/views', import.meta.url)));
app.set('view engine', 'ejs');

let draining = false;
app.get('/healthz', async (_req, res) => {
  // `problem` is for the log and `doctor` only: it may name hosts or quote Redis.
  const { ready, stores } = await enrollment.health();
  res.status(ready && !draining ? 200 : 503).json({ ready, stores });
});

app.use(enrollment.session());
app.use(enrollment.router());

app.get('/', async (req, res) => {
  const user = await enrollment.currentUser(req);
  res.set('Cache-Control', 'no-store').render('home', {
    user,
    signUp: enrollment.flowUrl('invite'),
    signIn: enrollment.flowUrl('sign-in'),
    signOut: enrollment.flowUrl('sign-out'),
    stylesheet: enrollment.stylesheet,
  });
});

app.post('/sign-out', async (req, res) => {
  await enrollment.signOut(req, res);
  res.redirect(303, '/');
});

const server = app.listen(port);
server.once('listening', () => {
  console.log(
    redis === undefined
      ? 'Sessions, plans and invitations are kept in memory.'
      : 'Sessions, plans and invitations are kept in Redis.',
  );
  void announce();
});
server.once('error', ({ code, message }: NodeJS.ErrnoException) => {
  console.error(code === 'EADDRINUSE' ? `Port ${String(port)} is taken: set PORT to a free one.` : message);
  process.exit(1);
});

// Longer than a proxy keeps idle connections (nginx: 60 s); otherwise it uses closed ones and answers with 502.
server.keepAliveTimeout = 65_000;

async function announce(): Promise<void> {
  await Promise.all([enrollment.ready(), store.ready()]);
  const { code, url } = await enrollment.invitations.create({
    uses: 1,
    expires: new Date(Date.now() + 7 * 24 * 60 * 60 * 1000),
    label: 'printed at start',
  });
  console.log(`Open      ${enrollment.flowUrl('invite')}`);
  console.log(`Codes     TESCODEFORTHISYEAR  (to the end of ${thisYear} in Jakarta)`);
  console.log(`          TESCODEIFEXPIRE     (expired)`);
  console.log(`          ${code}      (once; or by its link: ${url})`);
}

// Not ready first; the server stops DRAIN_SECONDS later, when the proxy has noticed.
const drainMs = Number(process.env['DRAIN_SECONDS'] ?? 0) * 1000;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    draining = true;
    setTimeout(() => {
      server.close(() => {
        void Promise.all([enrollment.close(), store.close()]).then(() => process.exit(0));
      });
      server.closeIdleConnections();
    }, drainMs);
  });
}
