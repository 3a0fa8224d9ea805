import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { EnrollmentError } from '../../lib/base/error.js';
import { Secret } from '../../lib/base/secret.js';
import { lineLog } from '../../lib/options/line-log.js';
import { fakeClock } from '../../lib/testing/fake-clock.js';

/** The line written for one entry. */
function written(fields: object, text = 'something happened'): string {
  const lines: string[] = [];
  lineLog((line) => lines.push(line)).warn(fields, text);
  assert.equal(lines.length, 1);
  return lines[0] ?? '';
}

describe('the line log', () => {
  it('F39: writes one line of JSON per entry, with time, level and process', () => {
    const lines: string[] = [];
    const log = lineLog((line) => lines.push(line), fakeClock(Date.UTC(2026, 10, 28, 9, 30)));
    log.info({ a: 1 }, 'one');
    log.warn({}, 'two');
    log.error({ b: null }, 'three');
    const head = (level: string): string =>
      `{"time":"2026-11-28T09:30:00.000Z","level":"${level}","pid":${process.pid},`;
    assert.deepEqual(lines, [
      `${head('info')}"msg":"one","a":1}\n`,
      `${head('warn')}"msg":"two"}\n`,
      `${head('error')}"msg":"three","b":null}\n`,
    ]);
  });

  it('keeps outside text on its line', () => {
    const line = written({ slug: 'a\r\n{"level":"error","msg":"forged"}\u2028' }, 'x\ny');
    assert.equal(line.split('\n').length, 2);
    assert.doesNotMatch(line, /\u2028/);
    assert.equal((JSON.parse(line) as { slug: string }).slug, 'a\r\n{"level":"error","msg":"forged"}\u2028');
  });

  it('F21: escapes every character that ends a line or controls a terminal, reversibly', () => {
    const marks = '\u2028\u2029\u0085\u007f\u009b31m\u202e\u2066\ufeff\u{e0001}';
    const line = written({ slug: marks }, marks);
    assert.match(line, /^[\u0020-\u007e]+\n$/);
    const { slug, msg } = JSON.parse(line) as Record<string, string>;
    assert.deepEqual([slug, msg], [marks, marks]);
  });

  it('writes errors with name, code, message, stack and cause', () => {
    const err = new EnrollmentError('ERR_ENROLLMENT_STORE_AWAY', 'redis is away', { cause: new TypeError('refused') });
    const { err: entry } = JSON.parse(written({ err })) as { err: Record<string, unknown> };
    assert.deepEqual(
      [entry['name'], entry['code'], entry['message'], typeof entry['stack']],
      ['EnrollmentError', 'ERR_ENROLLMENT_STORE_AWAY', 'redis is away', 'string'],
    );
    const cause = entry['cause'] as Record<string, unknown>;
    assert.deepEqual([cause['name'], cause['message'], 'code' in cause], ['TypeError', 'refused', false]);
  });

  it('never writes a secret', () => {
    assert.doesNotMatch(written({ password: new Secret('canary'), deep: [{ code: new Secret('canary') }] }), /canary/);
  });

  it('logs something even for what JSON cannot express', () => {
    const round: Record<string, unknown> = { name: 'round' };
    round['self'] = round;
    const err = new Error('its own cause');
    err.cause = err;
    for (const fields of [round, { big: 1n }, { err }])
      assert.equal((JSON.parse(written(fields)) as { msg: string }).msg, 'something happened');
  });
});
