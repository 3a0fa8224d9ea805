/**
 * Flows as JSON: an app whose only page draws every component of the API by itself, with `express-enrollment/client` and
 * without a framework. The kit's own pages show the same plans.
 *
 *   PORT            default 3120; 0: any free port
 *   PROVIDER_PORT   the OpenID provider beside it; default 3121; 0: any free port
 *
 * Everything is in memory. Mails are written to the log, with their codes and links.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import express from 'express';
import {
  createEnrollment,
  memoryConnections,
  memoryUsers,
  openIdConnectSource,
  sessionLogin,
} from 'express-enrollment';
import { memoryAuthenticators } from 'express-enrollment/testing';
import { portOf } from '../sso-gate/listening.js';
import { startProvider } from '../sso-gate/provider.js';
import { flows } from './flows.js';

const app = express();
const server = app.listen(Number(process.env['PORT'] ?? 3120));
const baseUrl = `http://localhost:${await portOf(server, 'PORT')}`;

const client = { clientId: 'kopi-club', clientSecret: 'known to Acme and to the club' };
const provider = await startProvider({
  ...client,
  port: Number(process.env['PROVIDER_PORT'] ?? 3121),
  app: { name: 'Kopi Club', home: `${baseUrl}/`, callback: `${baseUrl}/source/acme/callback` },
});

const enrollment = createEnrollment({
  baseUrl,
  production: false,
  executorApi: true,
  ...memoryUsers(),
  authenticators: memoryAuthenticators(),
  connections: memoryConnections(),
  login: sessionLogin(),
  brand: { name: 'Kopi Club' },
  sources: [openIdConnectSource({ ...client, slug: 'acme', name: 'Acme', issuer: provider.issuer })],
  flows,
  onInvitationAccepted: ({ user }) => {
    console.log(`${user.username ?? user.id} accepted an invitation`);
  },
});

// The kit's own policy: scripts, styles and requests of this origin, and nothing else.
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "connect-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');
const folder = fileURLToPath(new URL('../../../examples/json-client/public/', import.meta.url));
const page = readFileSync(`${folder}index.html`, 'utf8').replace('{stylesheet}', enrollment.stylesheet);

app.disable('x-powered-by');
app.use(enrollment.session());
app.use(enrollment.router());

app.get('/favicon.ico', (_req, res) => {
  res.status(204).end();
});
app.get('/scripts/client.js', (_req, res) => {
  res.sendFile(fileURLToPath(import.meta.resolve('express-enrollment/client')));
});
app.use('/scripts', express.static(folder, { index: false }));
app.get('/me', async (req, res) => {
  const user = await enrollment.currentUser(req);
  res.set('Cache-Control', 'no-store').json({ username: user?.username ?? user?.email ?? null });
});
// One page for all flows: its script reads the address.
app.get(['/', '/inside', '/flow/:slug'], (_req, res) => {
  res.set({ 'Cache-Control': 'no-store', 'Content-Security-Policy': policy, 'Referrer-Policy': 'same-origin' });
  res.type('html').send(page);
});

await enrollment.ready();
const { code } = await enrollment.invitations.create({ uses: 10, data: { role: 'member' } });
console.log(`Open  ${baseUrl}/`);
console.log(`Code  ${code}  (for ten people)`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    server.close();
    server.closeIdleConnections();
    void Promise.all([once(server, 'close'), provider.close()])
      .then(() => enrollment.close())
      .then(() => process.exit(0));
  });
}
