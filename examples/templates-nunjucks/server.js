// The kit's pages in the layout of an app with Nunjucks: node server.js
/* global require, process, console, __dirname */
'use strict';

const path = require('node:path');
const nunjucks = require('nunjucks');
const express = require('express');
const { createEnrollment, inviteSignupFlow, memoryUsers, sessionLogin } = require('express-enrollment');

const port = Number(process.env.PORT ?? 3110);
const store = memoryUsers();

const enrollment = createEnrollment({
  baseUrl: process.env.BASE_URL ?? `http://localhost:${port}/join`,
  users: store.users,
  redemptions: store.redemptions,
  login: sessionLogin(),
  brand: { name: 'Kopi Club' },
  flows: [inviteSignupFlow({ slug: 'invite', fields: ['username', 'email', 'password'] })],
  render: (req, res, model, html) => {
    res.render('enrollment.njk', { model, html });
  },
});

const app = express();
nunjucks.configure(path.join(__dirname, 'views'), { autoescape: true, express: app });
app.use('/public', express.static(path.join(__dirname, 'public')));
app.use(enrollment.session());
app.use('/join', enrollment.router());

app.get('/', (req, res, next) => {
  enrollment.currentUser(req).then((user) => {
    const greeting = user === null ? 'Welcome to Kopi Club.' : `Hello, ${user.username}.`;
    res.render('home.njk', { greeting, signUp: enrollment.flowUrl('invite') });
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
