// A complete flow in CommonJS, in memory: node server.js
/* global require, process, console */
'use strict';

const express = require('express');
const { createEnrollment, inviteSignupFlow, memoryUsers, sessionLogin } = require('express-enrollment');

const port = Number(process.env.PORT ?? 3020);
const store = memoryUsers();

const enrollment = createEnrollment({
  baseUrl: process.env.BASE_URL ?? `http://localhost:${port}/join`,
  users: store.users,
  redemptions: store.redemptions,
  login: sessionLogin(),
  brand: { name: 'Kopi Club' },
  flows: [inviteSignupFlow({ slug: 'invite', fields: ['username', 'email', 'password'] })],
});

const app = express();
app.use(enrollment.session());
app.use('/join', enrollment.flow('invite'));

app.get('/', (req, res, next) => {
  enrollment.currentUser(req).then((user) => {
    res.type('text').send(user === null ? `Sign up at ${enrollment.flowUrl('invite')}` : `Hello, ${user.username}.`);
  }, next);
});

const server = app.listen(port);
server.once('listening', async () => {
  await enrollment.ready();
  const { code } = await enrollment.invitations.create({ uses: 10 });
  console.log(`Open ${enrollment.flowUrl('invite')} and type ${code}`);
});
server.once('error', ({ code, message }) => {
  console.error(code === 'EADDRINUSE' ? `Port ${port} is taken: set PORT to a free one.` : message);
  process.exit(1);
});

// Longer than a proxy keeps idle connections (nginx: 60 s).
server.keepAliveTimeout = 65_000;

process.once('SIGTERM', () => {
  server.close(() => void enrollment.close().then(() => process.exit(0)));
  server.closeIdleConnections();
});
