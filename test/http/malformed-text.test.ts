import assert from 'node:assert/strict';
import express from 'express';
import { afterEach, describe, it } from 'mocha';
import { defineFlow, promptStage, text, userWrite } from '../../lib/index.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { formType } from '../support/http/malformed-bodies.js';
import { exchange, requestOf } from '../support/http/raw-exchange.js';
import { Visitor } from '../support/http/visitor.js';

// A field that accepts any text, and a page after it: an accepted text continues to that page.
const flow = defineFlow({
  slug: 'motto',
  title: 'Motto',
  designation: 'enrollment',
  stages: [
    promptStage({ name: 'motto', prompts: [text({ key: 'motto', label: 'Motto' })] }),
    promptStage({ name: 'more', prompts: [text({ key: 'username', label: 'Name' })] }),
    userWrite({ name: 'user-write', attributes: ['motto'] }),
  ],
});

describe('a field that accepts any text', () => {
  let testApp: TestApp;
  afterEach(() => testApp.close());

  async function sent(typed: string | Buffer): Promise<number> {
    const visitor = new Visitor(testApp);
    await visitor.open();
    const body = Buffer.concat([
      Buffer.from(`enrollment_step=${visitor.signature}&motto=`),
      typeof typed === 'string' ? Buffer.from(typed) : typed,
    ]);
    const headers = [
      `Cookie: ${visitor.client.cookies.header(testApp.page)}`,
      `Content-Type: ${formType}`,
      `Content-Length: ${body.length}`,
    ];
    return (await exchange(testApp.url, requestOf('POST', testApp.page, headers, body))).status;
  }

  const overlong = Buffer.from([0xc0, 0xaf]);
  const surrogate = Buffer.from([0xed, 0xa0, 0x80]);
  const bytes = [Buffer.from([0xff]), Buffer.from([0x61, 0xe4]), overlong, surrogate];

  it('rejects broken escapes and broken UTF-8, escaped or raw', async () => {
    testApp = await openTestApp({ flows: [flow], registration: 'open' });
    for (const typed of ['%ff', '%c0%af', '%ed%a0%80', 'a%e4', '%', '%zz', '100%', '%u0041', ...bytes]) {
      assert.equal(await sent(typed), 400, typed.toString('hex'));
    }
    for (const typed of ['100%25', '%e2%82%ac', '€', 'a+b', '%f0%9f%98%80'])
      assert.equal(await sent(typed), 303, typed);
  });

  it('rejects broken UTF-8 behind the app’s own parser too', async () => {
    testApp = await openTestApp({
      flows: [flow],
      registration: 'open',
      before: (app) => void app.use(express.urlencoded({ extended: true })),
    });
    for (const typed of bytes) assert.equal(await sent(typed), 400, typed.toString('hex'));
    assert.equal(await sent('%e2%82%ac'), 303);
  });

  it('rejects control characters', async () => {
    testApp = await openTestApp({ flows: [flow], registration: 'open' });
    for (const typed of ['a%00b', '%1b%5b2J', 'a%0d%0ab', '%7f', 'a%09b', '%c2%85'])
      assert.equal(await sent(typed), 422, typed);
  });
});
