import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { deepestCause, withDeepestCause } from '../../lib/base/deepest-cause.js';
import { storeAway } from '../../lib/base/error.js';
import { faultKind } from '../../lib/base/fault-kind.js';

const coded = (message: string, code: string, cause?: unknown): Error =>
  Object.assign(new Error(message, cause === undefined ? undefined : { cause }), { code });

describe('the deepest cause of an error', () => {
  it('F38: is the innermost message with its code, on one line', () => {
    const wire = coded('self-signed\n certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT');
    const error = storeAway('Redis', new Error('the query failed', { cause: wire }));
    assert.equal(deepestCause(error), 'self-signed certificate (DEPTH_ZERO_SELF_SIGNED_CERT)');
    assert.equal(error.message, 'Redis is away: self-signed certificate (DEPTH_ZERO_SELF_SIGNED_CERT)');
  });

  it('of several refusing addresses is the first one', () => {
    const both = new AggregateError([coded('connect ECONNREFUSED ::1:5432', 'ECONNREFUSED'), new Error('other')], '');
    assert.equal(deepestCause(both), 'connect ECONNREFUSED ::1:5432');
  });

  it('handles circular causes, and describes values that are not errors', () => {
    const circle = new Error('round');
    circle.cause = circle;
    assert.equal(deepestCause(circle), 'round');
    assert.equal(deepestCause(undefined), 'an error without a message');
    assert.equal(deepestCause('a text'), 'a text');
    assert.ok(deepestCause(new Error('x'.repeat(5000))).length <= 300);
  });

  it('is appended to a message that lacks it, once', () => {
    assert.equal(withDeepestCause(new Error('outer', { cause: new Error('inner') })), 'outer: inner');
    assert.equal(
      withDeepestCause(storeAway('Redis', coded('refused', 'ECONNREFUSED'))),
      'Redis is away: refused (ECONNREFUSED)',
    );
  });
});

describe('the kind of an error', () => {
  for (const [error, kind] of [
    [coded('relation "users" does not exist', '42P01'), 'mistake'],
    [coded('operator does not exist: integer = text', '42883'), 'mistake'],
    [coded('syntax error at or near "selct"', '42601'), 'mistake'],
    [coded('invalid input syntax for type integer: "ann"', '22P02'), 'mistake'],
    [coded('permission denied for table users', '42501'), 'denied'],
    [coded('SQLITE_ERROR: near "selct": syntax error', 'SQLITE_ERROR'), 'mistake'],
    [Object.assign(new Error('Cast to ObjectId failed'), { name: 'CastError' }), 'mistake'],
    [coded('cannot execute INSERT in a read-only transaction', '25006'), 'outage'],
    [coded('deadlock detected', '40P01'), 'outage'],
    [coded("Table 'app.users' doesn't exist", 'ER_NO_SUCH_TABLE'), 'mistake'],
    [coded('SQLITE_ERROR: no such column: emial', 'SQLITE_ERROR'), 'mistake'],
    [coded("Cannot find package '@libsql/client'", 'ERR_MODULE_NOT_FOUND'), 'mistake'],
    [new TypeError("Cannot read properties of undefined (reading 'id')"), 'mistake'],
    [new TypeError('fetch failed', { cause: coded('connect ECONNREFUSED', 'ECONNREFUSED') }), 'outage'],
    [coded('password authentication failed for user "app"', '28P01'), 'denied'],
    [coded('self-signed certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT'), 'denied'],
    [new Error('NOPERM this user has no permissions'), 'denied'],
    [new Error("READONLY You can't write against a read only replica."), 'outage'],
    [coded('connect ECONNREFUSED 127.0.0.1:6379', 'ECONNREFUSED'), 'outage'],
  ] as const) {
    it(`F38: ${error.message.slice(0, 40)} is a ${kind}, even when wrapped in other errors`, () => {
      assert.equal(faultKind(error), kind);
      assert.equal(faultKind(storeAway('the store', new Error('the query failed', { cause: error }))), kind);
    });
  }
});
