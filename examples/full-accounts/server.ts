/**
 * An app with every flow of the kit switched on; README.md says where each begins.
 *
 *   PORT       default 3030
 *   DATABASE   the SQLite file of the users; default data/full-accounts.sqlite
 *   OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET   an OpenID Connect provider, where there is one
 *
 * Mails are written to the log, with their codes and links.
 */
import { fileURLToPath } from 'node:url';
import express from 'express';
import { createEnrollment, openIdConnectSource, sessionLogin } from 'express-enrollment';
import { sqliteUsers } from 'express-enrollment/sql';
import { clubFlows } from './flows.js';
import { addPages } from './pages.js';

const port = Number(process.env['PORT'] ?? 3030);
const store = sqliteUsers(process.env['DATABASE'] ?? 'data/full-accounts.sqlite');
const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId = '', OIDC_CLIENT_SECRET: clientSecret = '' } = process.env;
const sources =
  issuer === undefined
    ? []
    : [openIdConnectSource({ slug: 'provider', name: 'Your provider', issuer, clientId, clientSecret })];

const enrollment = createEnrollment({
  baseUrl: `http://localhost:${String(port)}`,
  production: false,
  users: store.users,
  redemptions: store.redemptions,
  authenticators: store.authenticators,
  sources,
  connections: store.connections,
  stores: { consents: store.consents },
  login: sessionLogin(),
  brand: { name: 'Kopi Club' },
  flows: clubFlows(sources.length > 0),
  defaultFlows: { authentication: 'sign-in', enrollment: 'invite', stage_configuration: 'change-password' },
  onInvitationAccepted: ({ user, invitation }) => {
    console.log(`${user.username ?? user.email ?? user.id} accepted ${JSON.stringify(invitation.data)}`);
  },
});

const app = express();
app.disable('x-powered-by');
app.set('views', fileURLToPath(new URL('../../../examples/full-accounts/views', import.meta.url)));
app.set('view engine', 'ejs');
app.use(enrollment.session());
app.use(enrollment.router());

addPages(app, enrollment, sources.length > 0);

const server = app.listen(port);
server.once('listening', () => void announce());
server.once('error', ({ code, message }: NodeJS.ErrnoException) => {
  console.error(code === 'EADDRINUSE' ? `Port ${String(port)} is taken: set PORT to a free one.` : message);
  process.exit(1);
});

async function announce(): Promise<void> {
  await Promise.all([enrollment.ready(), store.ready()]);
  const { code, url } = await enrollment.invitations.create({ uses: 2, data: { role: 'member' } });
  console.log(`Open  http://localhost:${String(port)}/`);
  console.log(`Code  ${code}  (twice; or by its link: ${url ?? ''})`);
  console.log(`Link  ${enrollment.flowUrl('by-link')}?invite=${code}  (with a proved address)`);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    server.close(() => {
      void Promise.all([enrollment.close(), store.close()]).then(() => process.exit(0));
    });
    server.closeIdleConnections();
  });
}
