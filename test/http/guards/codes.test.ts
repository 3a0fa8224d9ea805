import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { Caller, openGuardApp, said, type GuardApp } from '../../support/guards/guard-app.js';

const generous = { points: 100_000, windowSeconds: 600 };

describe('what people send as a code to a guard', () => {
  let guardApp: GuardApp;
  let code: string;
  let count = 0;
  before(async () => {
    guardApp = await openGuardApp({ rateLimits: { codes: { perClient: generous, perPlan: generous } } });
    code = await guardApp.invite({ uses: 'unlimited' });
    await guardApp.invite({ customCode: 'Spring-2026', uses: 100, expires: guardApp.clock.now() + 3_600_000 });
  });
  after(() => guardApp.close());
  const send = (typed: string): ReturnType<Caller['send']> =>
    new Caller(guardApp).send(typed, `guest-${(count += 1)}@example.com`);

  const fullWidth = (text: string): string =>
    text.replace(/[!-~]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0));
  const written: readonly [string, (text: string) => string][] = [
    ['as it is', (text) => text],
    ['in lower case', (text) => text.toLowerCase()],
    ['without hyphens', (text) => text.replaceAll('-', '')],
    ['with blanks around and between', (text) => `  ${text.replaceAll('-', ' ')}\t`],
    ['with en dashes and no-break spaces', (text) => `\u00a0${text.replaceAll('-', '\u2013')}`],
    ['with zero-width marks', (text) => [...text].join('\u200b')],
    ['in full-width letters', fullWidth],
    ['with a line break behind', (text) => `${text}\r\n`],
    ['with O for 0 and l for 1', (text) => text.replaceAll('0', 'O').replaceAll('1', 'l')],
  ];
  for (const [how, write] of written)
    it(`written ${how}, it is accepted`, async () => {
      const answer = await send(write(code));
      assert.equal(answer.status, 201, answer.text);
    });
  for (const customCode of ['spring-2026', 'SPRING2026', ' spring 2026 ', 'Spring\u20132026'])
    it(`the custom code Spring-2026, written ${JSON.stringify(customCode)}, is accepted`, async () =>
      assert.equal((await send(customCode)).status, 201));

  it('however it is written, it is the same attempt', async () => {
    const caller = new Caller(guardApp);
    await caller.open();
    const cookie = caller.client.cookies.get('enrollment.attempt') ?? '';
    const people = new Set<unknown>();
    for (const [, write] of written) {
      caller.client.cookies.set('enrollment.attempt', cookie);
      const answer = await caller.send(write(code), 'one-and-the-same@example.com');
      people.add(JSON.stringify(said(answer)['person']));
    }
    assert.equal(people.size, 1);
  });

  for (const typed of [
    'constructor',
    '__proto__',
    'toString',
    '0',
    'null',
    'undefined',
    'NaN',
    'true',
    '[object Object]',
    "' OR 1=1 --",
    '{"$ne":null}',
    '{inv:x}:record',
    'a'.repeat(10_000),
    '\u{1F600}'.repeat(50),
    'ſpring-2026',
    'sprıng-2026',
    '\u0000',
    'a\u0000b',
    '<script>alert(1)</script>',
  ])
    it(`${JSON.stringify(typed.slice(0, 30))} is treated like any unknown code`, async () => {
      const answer = await send(typed);
      assert.equal(answer.status, 422);
      assert.ok(['invitation.unknown', 'invitation.unreadable'].includes(String(said(answer)['reason'])));
    });

  it('bound to an address, it accepts that address in any spelling and no other', async () => {
    const bound = await guardApp.invite({ email: 'ann@example.com' });
    const { entered } = guardApp;
    assert.equal((await new Caller(guardApp).send(bound, 'somebody@example.com')).status, 422);
    assert.equal(guardApp.entered, entered, 'the gate let another address through to the handler');
    for (const other of [
      'other@example.com',
      'ann@example.com.evil.example',
      'ann+x@example.com',
      'a.nn@example.com',
      'ann@EXAMPLE.org',
      'ann\u200b@example.com',
      'аnn@example.com',
      'ann@examp\u217ce.com.',
      'ann',
      '',
    ]) {
      const answer = await new Caller(guardApp).send(bound, other);
      assert.equal(answer.status, 422, other);
      assert.ok(['invitation.unknown', 'invitation.other_email'].includes(String(said(answer)['reason'])), answer.text);
    }
    assert.equal((await guardApp.people.all()).filter(({ email }) => email.startsWith('ann')).length, 0);
    assert.equal((await new Caller(guardApp).send(bound, ' ANN@Example.COM ')).status, 201);
  });

  it('so does an invitation for a domain; a form without an address is refused', async () => {
    const bound = await guardApp.invite({ domain: 'example.org' });
    for (const other of ['bob@example.com', 'bob@sub.example.org', 'bob@notexample.org'])
      assert.equal((await new Caller(guardApp).send(bound, other)).status, 422, other);
    assert.equal((await new Caller(guardApp).client.post('/signup', { invite_code: bound })).status, 422);
    assert.equal((await new Caller(guardApp).send(bound, 'bob@example.org')).status, 201);
  });

  it('made for a flow, it is unknown to a guard', async () => {
    const answer = await send(await guardApp.invite({ flow: 'staff' }));
    assert.deepEqual([answer.status, said(answer)['reason']], [422, 'invitation.unknown']);
  });
});
