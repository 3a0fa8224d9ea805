import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { formTime } from '../../lib/http/form-time.js';

const minute = 60_000;

describe('the time of a form', () => {
  const now = 1_800_000_000_000;
  type Given = Parameters<typeof formTime>;
  const identity = {
    source: 'acme',
    sourceName: 'Acme',
    issuer: 'https://acme.example',
    subject: '1',
    pendingSince: now,
    email: null,
    emailVerified: false,
    otherEmails: [],
    username: null,
    name: null,
    claims: {},
  } as const;

  function timeOf(given: Partial<Given[1]>, tokenAge = 0): unknown {
    const reply = { expiresAt: now + 60 * minute, savedPassword: null, reservedUntil: null, identity: null };
    return formTime({ now, issuedAt: now - tokenAge }, { ...reply, cancellable: true, ...given })?.limits.map(
      ({ of, seconds, extendable }) => [of, seconds, extendable],
    );
  }

  it('ends with what its plan relies on, in the order of their ends', () => {
    const reservedUntil = now + 15 * minute;
    assert.deepEqual(timeOf({ reservedUntil, savedPassword: 'sealed' }), [
      ['password', 600, true],
      ['seat', 900, false],
      ['session', 3600, true],
    ]);
    assert.deepEqual(timeOf({ reservedUntil: now - minute }), [
      ['seat', 0, false],
      ['session', 3600, true],
    ]);
  });

  it('says nothing of a seat that is reserved for longer than the session', () => {
    assert.deepEqual(timeOf({ reservedUntil: now + 120 * minute }), [['session', 3600, true]]);
  });

  it('ends with the answer of a source, for which there is no more time, until the account is written', () => {
    const old = { ...identity, pendingSince: now - 30 * minute };
    assert.deepEqual(timeOf({ identity: old }), [['source', 1800, false]]);
    assert.deepEqual(timeOf({ identity: old, reservedUntil: now + 40 * minute }), [['source', 1800, false]]);
    assert.deepEqual(timeOf({ identity: old, cancellable: false }), [['session', 3600, true]]);
    assert.deepEqual(timeOf({ identity: { ...identity, pendingSince: now } }), [['session', 3600, true]]);
  });

  it('has no more time a day after the start', () => {
    assert.deepEqual(timeOf({}, 23 * 60 * minute + 30 * minute), [['session', 1800, false]]);
  });
});
