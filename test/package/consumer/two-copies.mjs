import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import process from 'node:process';
import express from 'express';
import * as imported from 'express-enrollment';
import testApp from './app.cjs';
import visitor from './visitor.cjs';

const required = createRequire(import.meta.url)('express-enrollment');
assert.notEqual(imported.createEnrollment, required.createEnrollment, 'these are one copy, not two');

// What an app hands to the kit comes from the other copy than the kit itself; in the flow they alternate.
const crossed = (own, other) => ({
  ...other,
  createEnrollment: own.createEnrollment,
  inviteSignupFlow: ({ slug }) =>
    own.defineFlow({
      slug,
      title: 'Join',
      designation: 'enrollment',
      stages: [
        own.promptStage({
          name: 'code',
          prompts: [
            other.text({
              key: 'invite_code',
              label: 'Code',
              entryLink: true,
            }),
          ],
          validation: [own.inviteCode()],
        }),
        own.promptStage({
          name: 'account',
          prompts: [
            other.username({ key: 'username', label: 'Name' }),
            other.password({ key: 'password', label: 'Password' }),
            own.password({ key: 'password_repeat', label: 'Once more', repeats: true }),
          ],
          validation: [other.passwordsMatch()],
        }),
        other.userWrite({ name: 'write' }),
        own.userLogin({ name: 'login' }),
      ],
    }),
});
const results = {};
for (const [name, kit] of [
  ['import', crossed(imported, required)],
  ['require', crossed(required, imported)],
]) {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  const { app, enrollment } = testApp.openTestApp({ kit, express, baseUrl: origin });
  server.on('request', app);
  await enrollment.ready();
  const invitation = await enrollment.invitations.create({ uses: 1 });
  results[name] = await visitor.signUp({ home: `${origin}/me`, page: enrollment.flowUrl('invite'), invitation });
  server.close();
  await enrollment.close();
}

// Values that cross: a secret hides itself, an error is known, whichever copy made it.
for (const [one, other] of [
  [imported, required],
  [required, imported],
]) {
  const error = new one.EnrollmentError('ERR_ENROLLMENT_LOGIN', 'a sample');
  assert.ok(other.isEnrollmentError(error), 'an error of the other copy is not known');
  assert.equal(JSON.stringify(new one.Secret('a canary')), '"[redacted]"');
}

// One Redis, two copies in one process: what one writes the other reads, a plan half way through too.
const redis = process.argv[2];
const handler = { current: null };
const server = createServer((req, res) => handler.current(req, res)).listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
const baseUrl = `http://127.0.0.1:${server.address().port}`;
// The accounts are the app's own, as a table would be; everything else is Redis.
const store = imported.memoryUsers();
const testApps = [imported, required].map((kit) =>
  testApp.openTestApp({ kit: { ...kit, memoryUsers: () => store }, express, baseUrl, redis }),
);
await Promise.all(testApps.map(({ enrollment }) => enrollment.ready()));
let turn = 0;
// Each request is answered by the other copy than the one before.
handler.current = (req, res) => testApps[(turn += 1) % 2].app(req, res);
const invitation = await testApps[0].enrollment.invitations.create({ uses: 1 });
const page = testApps[1].enrollment.flowUrl('invite');
results.alternating = await visitor.signUp({ home: `${baseUrl}/me`, page, invitation });
server.close();
await Promise.all(testApps.map(({ enrollment }) => enrollment.close()));
process.stdout.write(`${JSON.stringify({ ...results, requests: turn })}\n`);
