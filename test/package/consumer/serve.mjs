import { createServer } from 'node:http';
import process from 'node:process';
import express from 'express';
import * as kit from 'express-enrollment';
import testApp from './app.cjs';

// Serves the app of `{ port, baseUrl, mount, trustProxy, rateLimits }`; prints its address, each warning and a link.
const { port, ...options } = JSON.parse(process.argv[2]);
const say = (line) => process.stdout.write(`${line}\n`);
const { app, enrollment } = testApp.openTestApp({
  ...options,
  kit,
  express,
  onWarning: (code) => say(`warning ${code}`),
});
await enrollment.ready();
const invitation = await enrollment.invitations.create({ uses: 9 });
const server = createServer(app).listen(port, '127.0.0.1', () => {
  say(`invitation ${JSON.stringify({ ...invitation, page: enrollment.flowUrl('invite') })}`);
  say(`http://127.0.0.1:${port}`);
});
process.once('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
  void enrollment.close();
});
