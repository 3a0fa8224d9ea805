/**
 * Invitations by email, as in Auth0's "Send Email Invitations for Application Signup": an administrator creates an
 * account and invites its owner, who opens the mail's link, sets a password, signs in, and lands in another app.
 *
 *   PORT            the club: admin page, accounts, sign-in; default 3050
 *   TASTING_PORT    the target app; default 3051
 *   INBOX_PORT      pages with the mails that were sent; default 3052
 *   SMTP_PORT       the mail server behind them; default 2525
 *   REDIS_URL       sessions, plans, tickets and mails; default: in memory. Accounts are always in memory
 *   ENROLLMENT_SECRET   default: random, for one process
 *
 * 0 as a port: any free one.
 */
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import express from 'express';
import { smtpMailer } from 'express-enrollment/mail';
import { adminPassword, openAccounts } from './accounts.js';
import { addAdminPages } from './admin.js';
import { createClub } from './club.js';
import { startInbox } from './inbox.js';
import { portOf } from './listening.js';
import { addProvider } from './provider.js';
import { startTasting } from './tasting.js';

const numberOf = (name: string, usual: number): number => Number(process.env[name] ?? usual);
const redis = process.env['REDIS_URL'];

const app = express();
const server = app.listen(numberOf('PORT', 3050));
// Longer than a proxy keeps idle connections (nginx: 60 s).
server.keepAliveTimeout = 65_000;
const baseUrl = `http://localhost:${await portOf(server, 'PORT')}`;

const inbox = await startInbox({ smtp: numberOf('SMTP_PORT', 2525), pages: numberOf('INBOX_PORT', 3052) });
const tasting = await startTasting(numberOf('TASTING_PORT', 3051));
const accounts = await openAccounts();
const from = { name: 'Kopi Club', address: 'hello@club.example' };
const mailer = smtpMailer({ url: inbox.smtp, tls: 'none', from });
const enrollment = createClub({
  baseUrl,
  accounts,
  mailer,
  clients: { tasting: { name: 'Kopi Tasting', resultUrl: tasting.welcome } },
  apps: [tasting.url],
  redis,
  secret: process.env['ENROLLMENT_SECRET'],
});

app.disable('x-powered-by');
app.set('views', fileURLToPath(new URL('../../../examples/email-invitations/views', import.meta.url)));
app.set('view engine', 'ejs');
app.get('/healthz', async (_req, res) => {
  const { ready, stores } = await enrollment.health();
  res.status(ready ? 200 : 503).json({ ready, stores });
});
app.use(enrollment.session());
app.use(enrollment.router());
app.get('/', async (req, res) => {
  res.set('Cache-Control', 'no-store').render('club', {
    user: await enrollment.currentUser(req),
    admin: accounts.admin.id,
    signIn: enrollment.flowUrl('sign-in'),
    profile: enrollment.flowUrl('profile'),
    signOut: enrollment.flowUrl('sign-out'),
    tasting: tasting.url,
    stylesheet: enrollment.stylesheet,
  });
});
addAdminPages(app, { enrollment, accounts, inbox: inbox.url });
const client = { clientId: 'kopi-tasting', clientSecret: 'known to the club and to the tasting' };
const issuer = await addProvider(app, {
  baseUrl,
  accounts,
  enrollment,
  client: { ...client, callback: tasting.callback },
});
tasting.open({ ...client, issuer });

await enrollment.ready();
console.log(`Accounts are kept in memory; the rest in ${redis === undefined ? 'memory' : 'Redis'}.`);
console.log(`Invite    ${baseUrl}/admin  (admin@club.example, password: ${adminPassword})`);
console.log(`Tasting   ${tasting.url}/`);
console.log(`Inbox     ${inbox.url}/`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    server.close();
    server.closeIdleConnections();
    void Promise.all([once(server, 'close'), tasting.close()])
      .then(() => enrollment.close())
      .then(() => mailer.close())
      .then(() => inbox.close())
      .then(() => process.exit(0));
  });
}
