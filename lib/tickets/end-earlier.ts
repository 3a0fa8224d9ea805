import type { Keyring } from '../base/keyring.js';
import type { TicketRecord, TicketStore } from '../ports/ticket-store.js';
import { contentOf } from './ticket-content.js';
import { subjectsOf } from './ticket-keys.js';

interface EndParts {
  readonly store: TicketStore;
  readonly keyring: Keyring;
}

/**
 * Ends the tickets that this one was created beside, and takes the place of once its mail is stored. Of several that are
 * created at once, the last one in the store's order stays, whichever comes here first. Repeated, it has no further effect,
 * so both the call that ordered the mail and the one that sends it do so: where the first one dies, no mail leaves while an
 * earlier link works.
 */
export async function endEarlier(
  { store, keyring }: EndParts,
  { id, purpose, content: stored }: TicketRecord,
): Promise<void> {
  const content = contentOf(stored);
  if (content?.ends_earlier !== true) return;
  for (const subject of subjectsOf(keyring, content.user)) {
    const all = (await store.list(subject)).map(({ record }) => record);
    // The newest first; under another subject are those of an earlier secret of the app.
    const before = all.slice(all.findIndex((one) => one.id === id) + 1);
    const ids = before.filter((one) => one.purpose === purpose).map((one) => one.id);
    if (ids.length > 0) await store.end(subject, 'superseded', { ids });
  }
}
