import { canonicalEmail } from '../base/canonical.js';
import { EnrollmentError } from '../base/error.js';
import { isJsonObject, mergeDeep, type JsonObject } from '../base/json.js';
import { identifierProblem, jsonTextProblem } from '../base/text-problem.js';
import { entryIds, undecided } from './entry.js';
import type { WaitlistParts } from './parts.js';
import { waitAgain } from './wait-again.js';

/** A request for an invitation. */
export interface WaitlistAsk {
  readonly email: string;
  /** Answers to further questions; at most 4 kB as JSON. */
  readonly answers?: JsonObject;
  readonly tenant?: string;
  /** A language tag, for the message; default the option `locale`, if that is a tag, or `defaultLocale`. */
  readonly locale?: string;
}

export type Asked = {
  readonly id: string;
  /** False when the address was already on the list, in any state. */
  readonly added: boolean;
};

const most = Object.freeze({ answerBytes: 4096, tenant: 200, locale: 35 });

/**
 * Adds an address at the end of the list. What existing entries say is never changed: a stranger's input must not change
 * it. One whose invitation has ended waits again.
 * @throws ERR_ENROLLMENT_WAITLIST (400) with all mistakes in `issues`
 */
export async function ask(
  parts: Pick<WaitlistParts, 'store' | 'invitations' | 'keyring' | 'clock' | 'events' | 'locale' | 'suppressions'>,
  { email, answers = {}, tenant, locale }: WaitlistAsk,
): Promise<Asked> {
  const canonical = typeof email === 'string' ? canonicalEmail(email) : null;
  const issues = [
    ...(canonical === null ? ['"email" is not an email address'] : []),
    ...(isJsonObject(answers) && Buffer.byteLength(JSON.stringify(answers)) <= most.answerBytes
      ? []
      : [`"answers" must be a record of at most ${most.answerBytes} bytes as JSON`]),
    ...textIssues('answers', jsonTextProblem(answers)),
    ...textIssues('tenant', typeof tenant === 'string' ? identifierProblem(tenant) : null),
    ...(isText(tenant, most.tenant) ? [] : [`"tenant" must have 1 to ${most.tenant} characters`]),
    ...(isText(locale, most.locale) ? [] : ['"locale" must be a language tag']),
  ];
  if (canonical === null || issues.length > 0) throw wrongCall(issues);

  const ids = entryIds(parts.keyring, canonical, tenant ?? null);
  const { added, entry } = await parts.store.add(
    {
      ...undecided,
      version: 1,
      earlier: [],
      id: ids[0] ?? '',
      email: canonical,
      tenant: tenant ?? null,
      locale: locale ?? parts.locale,
      answers: mergeDeep({}, answers),
      askedAt: parts.clock.now(),
    },
    ids,
  );
  // The person asks again.
  await parts.suppressions?.allow({ email: canonical, tenant: entry.tenant }, 'waitlist');
  if (added) parts.events({ type: 'waitlist.asked', id: entry.id, tenant: entry.tenant });
  await waitAgain(parts, entry);
  return { id: entry.id, added };
}

/** The error for an invalid call; its message omits the values, because they are personal. */
export function wrongCall(issues: readonly string[]): EnrollmentError {
  return new EnrollmentError('ERR_ENROLLMENT_WAITLIST', `the waitlist cannot do this: ${issues.join('; ')}`, {
    status: 400,
    issues,
  });
}

function textIssues(name: string, problem: string | null): readonly string[] {
  return problem === null ? [] : [`"${name}" ${problem}`];
}

function isText(value: unknown, longest: number): boolean {
  return value === undefined || (typeof value === 'string' && value !== '' && value.length <= longest);
}
