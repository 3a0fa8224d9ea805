import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { hasRecentlyAuthenticated } from '../../lib/flow/recent-authentication.js';

describe('recent authentication', () => {
  const now = 1_000_000_000;
  const facts = { act: true, address: '', locale: 'en', now, entryLink: {} };
  const table: readonly (readonly [string, Parameters<typeof hasRecentlyAuthenticated>[0], boolean])[] = [
    ['a visitor who is not signed in', { facts, authenticated: { user: 'ann', at: now, epoch: 1 } }, false],
    ['a session of unknown age', { facts: { ...facts, user: 'ann' } }, false],
    ['a sign-in just within the time', { facts: { ...facts, user: 'ann', authenticatedAt: now - 59_999 } }, true],
    ['a sign-in just too long ago', { facts: { ...facts, user: 'ann', authenticatedAt: now - 60_000 } }, false],
    [
      'a password in this plan',
      { facts: { ...facts, user: 'ann', authenticatedAt: 0 }, authenticated: { user: 'ann', at: now, epoch: 1 } },
      true,
    ],
    [
      'a password of another user in this plan',
      { facts: { ...facts, user: 'ann', authenticatedAt: 0 }, authenticated: { user: 'bob', at: now, epoch: 1 } },
      false,
    ],
  ];
  for (const [title, asked, expected] of table)
    it(`${expected ? 'counts' : 'does not count'} ${title}`, () => {
      assert.equal(hasRecentlyAuthenticated(asked, 60), expected);
    });
});
