import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { createEnrollment, memoryUsers, sessionLogin } from '../../lib/index.js';
import { secrets, signup } from '../support/http/test-app.js';

describe('the first log entry', () => {
  it('F39: has the version and settings, without the password of the Redis URL', async () => {
    const entries: { readonly fields: object; readonly text: string }[] = [];
    const note = (fields: object, text: string): void => void entries.push({ fields, text });
    const { users, redemptions } = memoryUsers();
    const enrollment = createEnrollment({
      baseUrl: 'http://localhost:3000/join',
      secret: secrets[0],
      redis: 'redis://app:canary@127.0.0.1:1',
      users,
      redemptions,
      login: sessionLogin(),
      flows: [signup],
      logger: { info: note, warn: note, error: note },
    });
    await enrollment.close();
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    assert.equal(entries[0]?.text, 'express-enrollment starts');
    assert.deepEqual(entries[0].fields, {
      version,
      node: process.version,
      baseUrl: 'http://localhost:3000/join',
      production: false,
      secrets: 1,
      redis: 'redis://127.0.0.1:1',
      prefix: 'enrollment:',
      users: true,
      redemptions: true,
      registration: 'invite-only',
      flows: ['invite'],
      sources: 0,
    });
    assert.doesNotMatch(JSON.stringify(entries), /canary/);
  });
});
