import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { flowUser } from '../../lib/stages/flow-user.js';
import type { StageContext } from '../../lib/flow/facts.js';
import { openScene } from '../support/executor/scene.js';
import { flowOf, page } from '../support/executor/stages.js';

describe('CVE-2025-29928: evidence from before the sessions of a user were ended', () => {
  /** `ended`: the epoch at which the sessions of every user were ended. */
  function contextAt(ended: number, more: Partial<StageContext>): StageContext {
    const { services } = openScene().context;
    return {
      facts: { act: true, address: '', locale: 'en', now: 100, entryLink: {} },
      flow: flowOf([page('one')]),
      enrollmentId: 'one',
      step: 'one',
      context: {},
      services: {
        ...services,
        sessions: { ...services.sessions, hasEnded: (_user, epoch) => Promise.resolve(epoch < ended) },
      },
      signal: new AbortController().signal,
      ...more,
    };
  }
  const held = { context: { pending_user: 'ann' }, authenticated: { user: 'ann', at: 90, epoch: 50 } };

  it('changes no account', async () => {
    assert.deepEqual([await flowUser(contextAt(60, held)), await flowUser(contextAt(50, held))], [null, 'ann']);
    const unproved = { context: { pending_user: 'ann' } };
    assert.equal(await flowUser(contextAt(0, unproved)), null);
    assert.equal(await flowUser(contextAt(0, { ...held, authenticated: { user: 'bob', at: 90, epoch: 50 } })), null);
  });
});
