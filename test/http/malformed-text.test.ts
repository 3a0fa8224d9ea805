import assert from 'node:assert/strict';
import express from 'express';
import { afterEach, describe, it } from 'mocha';
import { defineFlow, promptStage, text, userWrite } from '../../lib/index.js';
import { openClub, type Club } from './club.js';
import { formType } from './malformed-bodies.js';
import { exchange, requestOf } from './raw-exchange.js';
import { Visitor } from './visitor.js';

// A field that takes any text, and a page behind it: what is taken leads on.
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

describe('T-INP-07: a field that takes any text', () => {
  let club: Club;
  afterEach(() => club.close());

  async function sent(typed: string | Buffer): Promise<number> {
    const visitor = new Visitor(club);
    await visitor.open();
    const body = Buffer.concat([
      Buffer.from(`enrollment_step=${visitor.signature}&motto=`),
      typeof typed === 'string' ? Buffer.from(typed) : typed,
    ]);
    const headers = [
      `Cookie: ${visitor.client.cookies.header(club.page)}`,
      `Content-Type: ${formType}`,
      `Content-Length: ${body.length}`,
    ];
    return (await exchange(club.url, requestOf('POST', club.page, headers, body))).status;
  }

  const overlong = Buffer.from([0xc0, 0xaf]);
  const surrogate = Buffer.from([0xed, 0xa0, 0x80]);
  const bytes = [Buffer.from([0xff]), Buffer.from([0x61, 0xe4]), overlong, surrogate];

  it('takes no broken escapes and no broken UTF-8, escaped or raw', async () => {
    club = await openClub({ flows: [flow], registration: 'open' });
    for (const typed of ['%ff', '%c0%af', '%ed%a0%80', 'a%e4', '%', '%zz', '100%', '%u0041', ...bytes]) {
      assert.equal(await sent(typed), 400, typed.toString('hex'));
    }
    for (const typed of ['100%25', '%e2%82%ac', '€', 'a+b', '%f0%9f%98%80'])
      assert.equal(await sent(typed), 303, typed);
  });

  it("takes no broken UTF-8 behind the app's own parser either", async () => {
    club = await openClub({
      flows: [flow],
      registration: 'open',
      before: (app) => void app.use(express.urlencoded({ extended: true })),
    });
    for (const typed of bytes) assert.equal(await sent(typed), 400, typed.toString('hex'));
    assert.equal(await sent('%e2%82%ac'), 303);
  });

  it('takes no control characters', async () => {
    club = await openClub({ flows: [flow], registration: 'open' });
    for (const typed of ['a%00b', '%1b%5b2J', 'a%0d%0ab', '%7f', 'a%09b', '%c2%85'])
      assert.equal(await sent(typed), 422, typed);
  });
});
