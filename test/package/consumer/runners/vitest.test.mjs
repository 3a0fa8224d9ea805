import { createServer } from 'node:http';
import { join } from 'node:path';
import process from 'node:process';
import express from 'express';
import * as kit from 'express-enrollment';
import { userStoreContract } from 'express-enrollment/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestApp } from '../app.cjs';
import { signUp } from '../visitor.cjs';

describe('invite-only signup', () => {
  const server = createServer();
  let testApp;
  let origin;
  beforeAll(async () => {
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${server.address().port}`;
    testApp = openTestApp({ kit, express, baseUrl: origin });
    server.on('request', testApp.app);
    await testApp.enrollment.ready();
  });
  afterAll(async () => {
    server.close();
    await testApp.enrollment.close();
  });

  test('a link with a code leads to an account, signed in', async () => {
    const { enrollment } = testApp;
    const invitation = await enrollment.invitations.create({ uses: 1 });
    expect(await signUp({ home: `${origin}/me`, page: enrollment.flowUrl('invite'), invitation })).toBe('ann');
  });
});

test('the package comes from the installed one, as ES modules', () => {
  const { stack } = thrownBy(() => kit.createEnrollment({}));
  expect(stack).toContain(join(process.cwd(), 'node_modules/express-enrollment/dist/esm/'));
});

describe('the contract of user stores', () => {
  test.each(userStoreContract(async () => kit.memoryUsers()))('$title', ({ run }) => run());
});

function thrownBy(run) {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
