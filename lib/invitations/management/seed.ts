import { store, customCodeOf, type CreateParts } from './create.js';
import type { InvitationInput } from './input.js';
import { inputIssues, refuseIssues } from './input-rules.js';
import { invitationIds } from '../codes/invitation-id.js';
import { fromNow } from './instants.js';
import { recordOf } from './record.js';

/** An invitation with a word, as it stands in a configuration. */
export type SeededInvitation = InvitationInput & { readonly customCode: string };

export type Seeded = {
  readonly created: number;
  readonly present: number;
};

/**
 * Makes the listed invitations unless their words are there already, under whichever secret; what is there stays as it
 * is. One that has expired meanwhile is made too, so that people are told so.
 * @throws ERR_ENROLLMENT_INVITATION with the mistakes of all of them, in `issues`
 */
export async function seedInvitations(parts: CreateParts, given: readonly SeededInvitation[]): Promise<Seeded> {
  const { tenant } = parts;
  const timed = given.map((input) => fromNow(input, parts.clock.now()));
  const list = tenant === undefined ? timed : timed.map((input) => ({ ...input, tenant }));
  refuseIssues(
    list.flatMap((input, at) => inputIssues(input, parts.site, parts.dataRules).map((issue) => `[${at}] ${issue}`)),
  );
  const keys = list.map((input) => invitationIds(parts.keyring, customCodeOf(input.customCode)));
  const found = await parts.store.read(keys.flat());
  const present = new Set(found.flatMap((standing) => standing?.record.id ?? []));
  const missing = list.filter((_, at) => !keys[at]?.some((id) => present.has(id)));
  const made = await Promise.all(
    missing.map((input) => store(parts, recordOf(parts, input, customCodeOf(input.customCode)))),
  );
  const created = made.filter(Boolean).length;
  return { created, present: list.length - created };
}
