import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

describe('what people type as a code', () => {
  let testApp: TestApp;
  let code: string;
  const generous = { points: 10_000, windowSeconds: 600 };
  before(async () => {
    testApp = await openTestApp({ rateLimits: { codes: { perClient: generous, perPlan: generous } } });
    ({ code } = await testApp.enrollment.invitations.create({ uses: 'unlimited' }));
    await testApp.enrollment.invitations.create({
      customCode: 'Spring-2026',
      uses: 10,
      expires: testApp.clock.now() + 3_600_000,
    });
  });
  after(() => testApp.close());

  const fullWidth = (text: string): string =>
    text.replace(/[!-~]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0));
  const written: [string, (code: string) => string][] = [
    ['as it is', (text) => text],
    ['in lower case', (text) => text.toLowerCase()],
    ['without hyphens', (text) => text.replaceAll('-', '')],
    ['with blanks around and between', (text) => `  ${text.replaceAll('-', ' ')}\t`],
    ['in other groups', (text) => text.replaceAll('-', '').replace(/(..)/g, '$1.').replaceAll('.', '-')],
    ['with en dashes', (text) => text.replaceAll('-', '\u2013')],
    ['with no-break spaces', (text) => text.replaceAll('-', '\u00a0')],
    ['with zero-width marks', (text) => [...text].join('\u200b')],
    ['in full-width letters', fullWidth],
    ['with a line break behind', (text) => `${text}\r\n`],
    ['with O for 0 and l for 1', (text) => text.replaceAll('0', 'O').replaceAll('1', 'l')],
    ['with o for 0 and i for 1', (text) => text.replaceAll('0', 'o').replaceAll('1', 'i')],
  ];
  for (const [how, write] of written) {
    it(`a code written ${how} is accepted`, async () => {
      const visitor = new Visitor(testApp);
      await visitor.open();
      assert.equal((await visitor.submit({ invite_code: write(code) })).status, 303);
    });
  }

  for (const customCode of ['spring-2026', 'SPRING2026', ' spring 2026 ', 'Spring\u20132026']) {
    it(`the custom code Spring-2026 written ${JSON.stringify(customCode)} is accepted`, async () => {
      const visitor = new Visitor(testApp);
      await visitor.open();
      assert.equal((await visitor.submit({ invite_code: customCode })).status, 303);
    });
  }

  const nothing = [
    'constructor',
    '__proto__',
    'toString',
    'hasOwnProperty',
    '0',
    'null',
    'undefined',
    'NaN',
    'true',
    '[object Object]',
    '*',
    '%',
    '_',
    "' OR 1=1 --",
    '{"$ne":null}',
    '../../etc/passwd',
    '{inv:x}:record',
    'a'.repeat(10_000),
    '\u{1F600}'.repeat(50),
    'ＳＰＲＩＮＧ－２０２７',
    'ſpring-2026',
    'sprıng-2026',
    '\u202eSPRING-2027',
    'KEYS *',
    '\u0000',
    'a\u0000b',
    '<script>alert(1)</script>',
  ];
  for (const typed of nothing) {
    it(`${JSON.stringify(typed.slice(0, 40))} is treated like any unknown code`, async () => {
      const visitor = new Visitor(testApp);
      await visitor.open();
      const answer = await visitor.submit({ invite_code: typed });
      assert.equal(answer.status, 422);
      assert.match(
        answer.text,
        /We can’t find an invitation with this code|look like an invitation code|Paste just the code/,
      );
      assert.doesNotMatch(answer.text, /<script>alert/);
      assert.equal(visitor.step, 'invite-code 0');
    });
  }

  it('no two codes are near: each changed letter is a typo or unknown, never another code', async () => {
    const visitor = new Visitor(testApp);
    await visitor.open();
    const bare = code.replaceAll('-', '');
    for (let at = 0; at < bare.length; at += 1) {
      for (const letter of ['7', 'K', 'Z']) {
        if (bare[at] === letter) continue;
        const answer = await visitor.submit({ invite_code: bare.slice(0, at) + letter + bare.slice(at + 1) });
        assert.equal(answer.status, 422);
        assert.match(answer.text, /This code has a typo/);
      }
    }
    for (const near of [bare.slice(0, -1), `${bare}0`, [...bare].reverse().join('')])
      assert.equal((await visitor.submit({ invite_code: near })).status, 422);
  });
});
