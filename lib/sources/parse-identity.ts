import { mergeDeep, parseJson } from '../base/json.js';
import { identifierProblem } from '../base/text-problem.js';
import { keptClaims, profileOf, otherEmailsOf } from './claims.js';
import { longestSubject } from './id-token.js';
import type { AdmitOutcome, PassportIdentity, SourceIdentity } from '../ports/source.js';
import { failureOf, SourceProblem } from './problem.js';

/** Where an identity comes from that the app's own code recognised. */
interface SaidBy {
  readonly slug: string;
  /** For people; default the slug. */
  readonly name?: string | undefined;
  /** Who vouches where the app does not say it. */
  readonly issuer: string;
}

/** What the app says of somebody, checked: for code that has its own way to a provider and wants the rest of the kit's. */
export function admitIdentity(by: SaidBy, said: PassportIdentity | null): AdmitOutcome {
  try {
    if (said === null) throw new SourceProblem('identity.refused');
    return { type: 'identified', identity: parseIdentity(by, said) };
  } catch (error) {
    // Whatever was thrown was thrown by what the app says: a value that is no JSON, a getter.
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
