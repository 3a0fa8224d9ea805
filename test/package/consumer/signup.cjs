'use strict';
const { createServer } = require('node:http');
const process = require('node:process');
const { openTestApp } = require('./app.cjs');
const { signUp } = require('./visitor.cjs');

/** One whole signup over HTTP; says who is signed in and what was loaded, as a line of JSON. */
async function run({ kit, express, redis, format }) {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  const { app, enrollment } = openTestApp({ kit, express, baseUrl: origin, redis });
  server.on('request', app);
  await enrollment.ready();
  const invitation = await enrollment.invitations.create({ uses: 1 });
  const user = await signUp({ home: `${origin}/me`, page: enrollment.flowUrl('invite'), invitation });
  const { stores } = await enrollment.health();
  await new Promise((resolve) => server.close(resolve));
  await enrollment.close();
  process.stdout.write(`${JSON.stringify({ user, stores, format, node: process.version })}\n`);
}

module.exports = { run };

if (require.main === module) {
  void run({
    kit: require('express-enrollment'),
    express: require('express'),
    redis: process.argv[2],
    format: 'require',
  });
}
