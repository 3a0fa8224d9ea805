/**
 * An app with every flow of the kit switched on: sign-in with a second factor, sign-out, sign-up with a code, recovery,
 * leaving, profile, sessions, second factors, passkeys, connected providers, invitations for existing accounts, a waitlist.
 *
 *   PORT       default 3030
 *   DATABASE   the SQLite file of the users; default data/full-accounts.sqlite
 *   OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET   an OpenID Connect provider, where there is one
 *
 * Mails are written to the log, with their codes and links.
 */
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
import {
  acceptInvitationFlow,
  authenticatorSetupFlow,
  authenticatorsFlow,
  changePasswordFlow,
  connectionsFlow,
  leaveFlow,
  passkeySignInFlow,
  profileFlow,
  recoveryFlow,
  sessionsFlow,
  waitlistFlow,
} from 'express-enrollment/flows';
import { sqliteUsers } from 'express-enrollment/sql';

const port = Number(process.env['PORT'] ?? 3030);
const store = sqliteUsers(process.env['DATABASE'] ?? 'data/full-accounts.sqlite');
const target = '/settings';
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
  login: sessionLogin(),
  brand: { name: 'Kopi Club' },
  flows: [
    signInFlow({
      slug: 'sign-in',
      secondFactor: true,
      passwordlessFlow: 'passwordless',
      staySignedInSeconds: 30 * 24 * 60 * 60,
      links: { enrollment: 'invite', recovery: 'recovery' },
    }),
    passkeySignInFlow({ slug: 'passwordless' }),
    signOutFlow({ slug: 'sign-out' }),
    inviteSignupFlow({ slug: 'invite', fields: ['username', 'email', 'password'] }),
    recoveryFlow({ slug: 'recovery', signInFlow: 'sign-in', secondFactor: true }),
    acceptInvitationFlow({ target }),
    profileFlow({ fields: ['username', 'email', 'name'], target }),
    changePasswordFlow({ secondFactor: true, target }),
    sessionsFlow({ target }),
    authenticatorsFlow({
      target,
      links: [
        { flow: 'authenticator-app', label: 'Set up an authenticator app' },
        { flow: 'passkey', label: 'Set up a passkey' },
        { flow: 'recovery-codes', label: 'Get new recovery codes' },
      ],
    }),
    // Only where there is a provider to connect.
    ...(sources.length === 0 ? [] : [connectionsFlow({ secondFactor: true, target })]),
    authenticatorSetupFlow({ slug: 'authenticator-app', type: 'totp', target }),
    authenticatorSetupFlow({ slug: 'passkey', type: 'webauthn', target }),
    authenticatorSetupFlow({ slug: 'recovery-codes', type: 'recovery_codes', target }),
    leaveFlow({ secondFactor: true }),
    waitlistFlow({ slug: 'waitlist' }),
  ],
  defaultFlows: { authentication: 'sign-in', stage_configuration: 'change-password' },
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

app.get('/', async (req, res) => {
  const user = await enrollment.currentUser(req);
  res.set('Cache-Control', 'no-store').render('home', { user, stylesheet: enrollment.stylesheet });
});

app.get('/settings', async (req, res) => {
  const user = await enrollment.currentUser(req);
  if (user === null) res.redirect(303, '/flows/-/default/authentication/?next=/settings');
  else {
    const { stylesheet } = enrollment;
    res.set('Cache-Control', 'no-store').render('settings', { user, stylesheet, hasProvider: sources.length > 0 });
  }
});

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
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    server.close(() => {
      void Promise.all([enrollment.close(), store.close()]).then(() => process.exit(0));
    });
    server.closeIdleConnections();
  });
}
