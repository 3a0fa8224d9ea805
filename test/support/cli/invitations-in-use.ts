import { createKeyring } from '../../../lib/base/keyring.js';
import { systemClock } from '../../../lib/base/clock.js';
import { fakeClock } from '../../../lib/testing/fake-clock.js';
import { createStores, type Stores } from '../../../lib/stores/stores.js';
import { invitationFixture, type InvitationFixture } from '../invitations/invitation-fixture.js';
import { sampleSecret } from './command-line.js';

/** Stands for the app that uses the invitations of the commands: the same Redis and secret. */
export function invitationsInUse(redisUrl: string): InvitationFixture & { readonly stores: Stores } {
  const silent = (): void => undefined;
  const stores = createStores({
    own: {},
    redis: redisUrl,
    prefix: 'enrollment:',
    clock: systemClock,
    log: { info: silent, warn: silent, error: silent },
  });
  const fixture = invitationFixture({
    store: stores.invitations,
    keyring: createKeyring([sampleSecret]),
    clock: fakeClock(Date.now()),
  });
  return { ...fixture, stores };
}
