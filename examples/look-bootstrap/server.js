// The kit's pages in Bootstrap 5: node server.js
/* global require, process, console, __dirname */
'use strict';

const path = require('node:path');
const express = require('express');
const { createEnrollment, inviteSignupFlow, memoryUsers, sessionLogin } = require('express-enrollment');
const classes = require('./classes.json');

const port = Number(process.env.PORT ?? 3060);
const store = memoryUsers();

const enrollment = createEnrollment({
  baseUrl: process.env.BASE_URL ?? `http://localhost:${port}/join`,
  users: store.users,
  redemptions: store.redemptions,
  login: sessionLogin(),
  brand: { name: 'Kopi Club' },
  flows: [inviteSignupFlow({ slug: 'invite', fields: ['username', 'email', 'password'] })],
  classes,
  // For public/color-mode.js.
  csp: { scriptSrc: ["'self'"] },
  views: path.join(__dirname, 'views'),
});

const app = express();
app.use('/public', express.static(path.join(__dirname, 'public')));
app.use('/public', express.static(path.dirname(require.resolve('bootstrap/dist/css/bootstrap.min.css'))));
app.use(enrollment.session());
app.use('/join', enrollment.router());

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

process.once('SIGTERM', () => {
  server.close(() => void enrollment.close().then(() => process.exit(0)));
  server.closeIdleConnections();
});
