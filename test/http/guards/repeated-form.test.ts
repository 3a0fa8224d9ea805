import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { maySignIn } from '../../../lib/executor/sign-in-evidence.js';
import { openRepeatedForm } from '../../../lib/http/guards/repeated-form.js';
import { createMemoryEphemeralStore } from '../../../lib/stores/memory/ephemeral-store.js';
import { createMemorySessionRegistry } from '../../../lib/stores/memory/session-registry.js';
import { fakeClock } from '../../../lib/testing/fake-clock.js';

describe('a form that is sent to a guard again', () => {
  it('F4: allows sign-in for two minutes, as the flows do, whatever the store still has', async () => {
    const clock = fakeClock();
    // A store whose own clock stands still: only the rule itself can end the two minutes.
    const ephemeralStore = createMemoryEphemeralStore({ clock: fakeClock() });
    const sessionRegistry = createMemorySessionRegistry({ clock });
    const parts = { ephemeralStore, sessionRegistry, findRedemption: null, clock };
    const form = await openRepeatedForm(parts, 'one form');
    assert.equal(maySignIn('ann', await form.evidence('ann')), false);
    await form.begin();
    clock.advance(119_999);
    assert.equal(maySignIn('ann', await form.evidence('ann')), true);
    assert.equal(maySignIn('bob', await form.evidence('ann')), false);
    const another = await openRepeatedForm(parts, 'another form');
    assert.equal(maySignIn('ann', await another.evidence('ann')), false);
    clock.advance(1);
    assert.equal(maySignIn('ann', await form.evidence('ann')), false);
  });
  it('allows no sign-in once the sessions of its user were ended', async () => {
    const clock = fakeClock();
    const sessionRegistry = createMemorySessionRegistry({ clock });
    const ephemeralStore = createMemoryEphemeralStore({ clock });
    const form = await openRepeatedForm({ ephemeralStore, sessionRegistry, findRedemption: null, clock }, 'one form');
    await form.begin();
    await sessionRegistry.end('ann', await sessionRegistry.nextEpoch());
    assert.equal(maySignIn('ann', await form.evidence('ann')), false);
    assert.equal(maySignIn('bob', await form.evidence('bob')), true);
  });
});
