import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { storeAway } from '../../lib/base/error.js';
import { Secret } from '../../lib/base/secret.js';
import { defaultLog } from '../../lib/options/default-log.js';

function written(isTTY: boolean, fields: object, env: Record<string, string> = { NO_COLOR: '1' }): string {
  const parts: string[] = [];
  defaultLog({ isTTY, write: (text) => parts.push(text) }, env).error(fields, 'a request failed');
  return parts.join('');
}

describe('the default log', () => {
  it('F33: is readable on a terminal: sentence, cause, fields and the stack line by line', () => {
    const err = storeAway('the user store', new Error('no such table: users'));
    const lines = written(true, { err, reference: 'AB23CD45' }).split('\n');
    assert.match(lines[0] ?? '', /^\d\d:\d\d:\d\d\.\d{3} error a request failed$/);
    assert.equal(lines[1], '  no such table: users');
    assert.ok(
      lines.some((line) => /^ +at .*default-log\.test/.test(line)),
      lines.join('\n'),
    );
    assert.ok(lines.includes('  reference: AB23CD45'));
  });

  it('F33: is one line of JSON anywhere else', () => {
    const text = written(false, { err: new Error('broken') });
    assert.equal(text.split('\n').length, 2);
    assert.equal((JSON.parse(text) as { msg: string }).msg, 'a request failed');
  });

  it('colors its output only on a terminal, unless disabled', () => {
    assert.ok(written(true, {}, {}).includes('\u001b['));
    for (const env of [{ NO_COLOR: '1' }, { TERM: 'dumb' }]) assert.ok(!written(true, {}, env).includes('\u001b['));
  });

  it('lets no outside text move the cursor or begin an entry, and shows no secret', () => {
    const text = written(true, { slug: 'a\r\u001b[2J\u2028b', password: new Secret('canary') });
    assert.doesNotMatch(text, /[\r\u001b\u2028]|canary/);
  });
});
