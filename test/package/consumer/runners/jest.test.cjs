'use strict';
const { URL } = require('node:url');
const { afterAll, beforeAll, describe, expect, test } = require('@jest/globals');
const express = require('express');
const kit = require('express-enrollment');
const { sqliteUsers } = require('express-enrollment/sql');
const { userStoreContract } = require('express-enrollment/testing');
const request = require('supertest');
const { openTestApp } = require('../app.cjs');
const { accountOf, controls } = require('../visitor.cjs');

describe('invite-only signup', () => {
  let testApp;
  beforeAll(async () => {
    testApp = openTestApp({ kit, express, baseUrl: 'http://localhost:3000/join', mount: ['/join'] });
    await testApp.enrollment.ready();
  });
  afterAll(() => testApp.enrollment.close());

  test('a link with a code leads to an account, signed in', async () => {
    const { url, code } = await testApp.enrollment.invitations.create({ uses: 1 });
    const browser = request.agent(testApp.app);
    const page = '/join/if/flow/invite/';
    const submit = async (fields) => {
      const { text } = await browser.get(page).expect(200);
      const filled = { ...controls(text), ...fields };
      return browser.post(page).type('form').send(filled);
    };

    const { pathname, search } = new URL(url);
    await browser
      .get(pathname + search)
      .expect(303)
      .expect('Location', page);
    const { text } = await browser.get(page).expect(200);
    expect(controls(text).invite_code).toBe(code);
    expect((await submit({ invite_code: 'WRONG-WORD' })).status).toBe(422);
    expect((await submit({ invite_code: code })).headers.location).toBe(page);
    expect((await submit(accountOf('ann'))).headers.location).toBe('/');
    await browser.get('/me').expect(200, { user: 'ann', secure: false });
  });
});

describe('the contract of user stores', () => {
  test.each(userStoreContract(async () => kit.memoryUsers()))('in memory: $title', ({ run }) => run());
  test.each(userStoreContract(async () => sqliteUsers('jest.sqlite')))('in SQLite: $title', ({ run }) => run());
});

describe('the dependencies of the package', () => {
  const { dependencies } = require('express-enrollment/package.json');
  test.each(Object.keys(dependencies))('%s loads without ES modules', (name) => {
    expect(require(name)).toBeDefined();
  });
});
