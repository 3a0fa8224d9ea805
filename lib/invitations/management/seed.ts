import { settingsCheck } from '../../base/settings.js';
import type { SeededInvitation } from '../../ports/invitation-input.js';
import { invitationIds } from '../codes/canonical-code.js';
import { store, customCodeOf, flowIssues, type CreateParts } from './create.js';
import { inputIssues, refuseIssues, recordOf } from './input.js';
import { fromNow } from './instants.js';

export type Seeded = {
  readonly created: number;
  readonly present: number;
};

/**
 * Creates the listed invitations unless their custom codes already exist, under any secret; existing ones stay.
 * One that has expired meanwhile is created too, so that visitors learn that it expired.
 * @throws ERR_ENROLLMENT_INVITATION with the mistakes of all of them, in `issues`
 */
export async function seedInvitations(parts: CreateParts, given: readonly SeededInvitation[]): Promise<Seeded> {
  const { tenant } = parts;
  const timed = given.map((input) => fromNow(input, parts.clock.now()));
  const list = tenant === undefined ? timed : timed.map((input) => ({ ...input, tenant }));
  refuseIssues(
    list.flatMap((input, at) =>
      [...inputIssues(input, parts.site, parts.dataRules), ...flowIssues(parts, input)].map(
        (issue) => `[${at}] ${issue}`,
      ),
    ),
  );
  const keys = list.map((input) => invitationIds(parts.keyring, customCodeOf(input.customCode)));
  const found = await parts.store.read(keys.flat());
  const present = new Set(found.flatMap((snapshot) => snapshot?.record.id ?? []));
  const missing = list.filter((_, at) => !keys[at]?.some((id) => present.has(id)));
  const made = await Promise.all(
    missing.map((input) => store(parts, recordOf(parts, input, customCodeOf(input.customCode)))),
  );
  const created = made.filter(Boolean).length;
  return { created, present: list.length - created };
}

interface DictionarySettings {
  /** The IANA time zone of the dates. */
  readonly zone: string;
  /** How many accounts each code can create. */
  readonly uses: number;
}

const check = settingsCheck<DictionarySettings>('codeDictionary', (joi) => ({
  zone: joi.string().required(),
  uses: joi.number().required(),
}));

/**
 * A dictionary of codes and local expiry times as seeds: `codeDictionary({ SPRING: '2026-12-31 23:59:59' }, { zone: 'Asia/Jakarta', uses: 100 })`.
 * A code is valid strictly before its time.
 */
export function codeDictionary(
  codes: Readonly<Record<string, string>>,
  settings: DictionarySettings,
): readonly SeededInvitation[] {
  check(settings);
  return Object.entries(codes).map(([customCode, local]) => ({
    customCode,
    uses: settings.uses,
    expires: { local, zone: settings.zone },
  }));
}
