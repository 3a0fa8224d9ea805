import { mergeDeep, parseJson } from '../base/json.js';
import { identifierProblem } from '../base/text-problem.js';
import { keptClaims, longestSubject, otherEmailsOf, profileOf } from './claims.js';

import type { AdmitOutcome, PassportIdentity, SourceIdentity } from '../ports/source.js';
import { failureOf, SourceProblem } from './problem.js';

/** The origin of an identity that the app's own code verified. */
interface SaidBy {
  readonly slug: string;
  /** Display name; default the slug. */
  readonly name?: string | undefined;
  /** The issuer if the app does not name one. */
  readonly issuer: string;
}

/** Checks an identity from the app: for code with its own connection to a provider that otherwise uses the kit. */
export function admitIdentity(by: SaidBy, said: PassportIdentity | null): AdmitOutcome {
  try {
    if (said === null) throw new SourceProblem('identity.refused');
    return { type: 'identified', identity: parseIdentity(by, said) };
  } catch (error) {
    // Any exception was caused by the app's value: a value that is not JSON, a getter.
    const problem = error instanceof SourceProblem ? error : new SourceProblem('identity.malformed', 'not data');
    return failureOf(problem, by.name ?? by.slug);
  }
}

/** @throws SourceProblem, or whatever JSON says of values that are none */
export function parseIdentity(settings: Pick<SaidBy, 'slug' | 'issuer'>, said: PassportIdentity): SourceIdentity {
  const { subject, issuer = settings.issuer, email, emailVerified, otherEmails, username, name, claims } = said;
  if (typeof subject !== 'string' || subject === '' || subject.length > longestSubject)
    throw new SourceProblem('identity.malformed', 'subject');
  if (typeof issuer !== 'string' || issuer === '') throw new SourceProblem('identity.malformed', 'issuer');
  for (const [part, text] of Object.entries({ subject, issuer })) {
    const problem = identifierProblem(text);
    if (problem !== null) throw new SourceProblem('identity.malformed', `${part} ${problem}`);
  }
  const data = parseJson(JSON.stringify(claims ?? {}));
  if (data === null) throw new SourceProblem('identity.malformed', 'claims');
  const texts = mergeDeep({}, { email: email ?? null, username: username ?? null, name: name ?? null });
  const profile = profileOf(texts, emailVerified);
  return {
    source: settings.slug,
    issuer,
    subject,
    ...profile,
    ...otherEmailsOf(otherEmails, profile.email),
    claims: keptClaims(data),
  };
}
