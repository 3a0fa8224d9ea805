/**
 * Single sign-on with invitation codes: a club whose members sign in with Acme, an OpenID provider beside it.
 *
 *   PORT            the club; default 3040; 0: any free port
 *   PROVIDER_PORT   Acme; default 3041; 0: any free port
 *   REDIS_URL       sessions, plans and invitations; default: in memory. Accounts are always in memory
 *   ENROLLMENT_SECRET   default: random, for one process
 */
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import express from 'express';
import {
  createEnrollment,
  inviteSignupFlow,
  openIdConnectSource,
  sessionLogin,
  signInFlow,
  signOutFlow,
} from 'express-enrollment';
import { portOf } from './listening.js';
import { oldPassword, openMembers } from './members.js';
import { people, remarks } from './people.js';
import { startProvider } from './provider.js';

const redis = process.env['REDIS_URL'];
const app = express();
const server = app.listen(Number(process.env['PORT'] ?? 3040));
// Longer than a proxy keeps idle connections (nginx: 60 s).
server.keepAliveTimeout = 65_000;
const baseUrl = `http://localhost:${await portOf(server, 'PORT')}`;

const client = { clientId: 'kopi-club', clientSecret: 'known to Acme and to the club' };
const provider = await startProvider({
  ...client,
  port: Number(process.env['PROVIDER_PORT'] ?? 3041),
  app: { name: 'Kopi Club', home: `${baseUrl}/`, callback: `${baseUrl}/source/acme/callback` },
});
const { users, redemptions, connections, findUser } = await openMembers(provider.issuer);

const enrollment = createEnrollment({
  baseUrl,
  secret: process.env['ENROLLMENT_SECRET'],
  redis,
  users,
  redemptions,
  login: sessionLogin(),
  brand: { name: 'Kopi Club' },
  sources: [openIdConnectSource({ ...client, slug: 'acme', name: 'Acme', issuer: provider.issuer })],
  connections,
  findUser,
  flows: [
    inviteSignupFlow({ slug: 'invite', fields: ['username', 'email', 'password'] }),
    signInFlow({ slug: 'sign-in', links: { enrollment: 'invite' } }),
    signOutFlow({ slug: 'sign-out' }),
  ],
});

app.disable('x-powered-by');
app.set('views', fileURLToPath(new URL('../../../examples/sso-gate/views', import.meta.url)));
app.set('view engine', 'ejs');

app.get('/healthz', async (_req, res) => {
  const { ready, stores } = await enrollment.health();
  res.status(ready ? 200 : 503).json({ ready, stores });
});

app.use(enrollment.session());
app.use(enrollment.router());

app.get('/', async (req, res) => {
  res.set('Cache-Control', 'no-store').render('home', {
    user: await enrollment.currentUser(req),
    signUp: enrollment.flowUrl('invite'),
    signIn: enrollment.flowUrl('sign-in'),
    acme: `${baseUrl}/source/acme/login?next=/`,
    stylesheet: enrollment.stylesheet,
  });
});

app.post('/sign-out', async (req, res) => {
  await enrollment.signOut(req, res);
  res.redirect(303, '/');
});

await enrollment.ready();
const { code } = await enrollment.invitations.create({
  uses: 10,
  expires: new Date(Date.now() + 7 * 24 * 60 * 60 * 1000),
  label: 'printed at start',
});

console.log(
  `Accounts are kept in memory; sessions, plans and invitations in ${redis === undefined ? 'memory' : 'Redis'}.`,
);
console.log(`Open      ${baseUrl}/`);
console.log(`Code      ${code}  (for ten people, for a week)`);
console.log(`Acme      ${provider.issuer}/`);
for (const [id, { name }] of Object.entries(people))
  console.log(`          ${name.padEnd(12)} ${remarks[id as keyof typeof people]}`);
console.log(`Accounts  admin, fay-fisher, gustav; their password is: ${oldPassword}`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    server.close();
    server.closeIdleConnections();
    void Promise.all([once(server, 'close'), provider.close()])
      .then(() => enrollment.close())
      .then(() => process.exit(0));
  });
}
