// The kit's pages in the layout of an app with Handlebars: node server.js
/* global require, process, console, __dirname */
'use strict';

const { readFileSync } = require('node:fs');
const path = require('node:path');
const Handlebars = require('handlebars');
const express = require('express');
const { createEnrollment, inviteSignupFlow, memoryUsers, sessionLogin } = require('express-enrollment');

const template = (name) => Handlebars.compile(readFileSync(path.join(__dirname, 'views', `${name}.hbs`), 'utf8'));
const layout = template('layout');
const home = template('home');
const port = Number(process.env.PORT ?? 3090);
const store = memoryUsers();

const enrollment = createEnrollment({
  baseUrl: process.env.BASE_URL ?? `http://localhost:${port}/join`,
  users: store.users,
  redemptions: store.redemptions,
  login: sessionLogin(),
  brand: { name: 'Kopi Club' },
  flows: [inviteSignupFlow({ slug: 'invite', fields: ['username', 'email', 'password'] })],
  // A string is sent as the page, so that no engine has to be registered with Express.
  render: (req, res, model, html) =>
    layout({
      lang: model.lang,
      title: model.page.documentTitle,
      stylesheet: model.stylesheet,
      scripts: model.scripts,
      html,
    }),
});

const app = express();
app.use('/public', express.static(path.join(__dirname, 'public')));
app.use(enrollment.session());
app.use('/join', enrollment.router());

app.get('/', (req, res, next) => {
  enrollment.currentUser(req).then((user) => {
    const greeting = user === null ? 'Welcome to Kopi Club.' : `Hello, ${user.username}.`;
    const html = home({ greeting, signUp: enrollment.flowUrl('invite') });
    res.send(layout({ lang: 'en', title: 'Kopi Club', html }));
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
