import Joi from 'joi';
import { canonicalEmail } from '../base/canonical.js';
import { instantOf, type When } from '../base/clock.js';
import { EnrollmentError } from '../base/error.js';
import { ownPath, type Site } from '../base/target.js';
import type { InvitationRecord } from '../ports/invitation-store.js';
import { dataProblem } from './data-rules.js';
import type { InvitationChange, InvitationInput } from './input.js';
import { wordProblem } from './word.js';

const text = (longest: number): Joi.StringSchema => Joi.string().allow('').max(longest);
const checked = (problemOf: (value: unknown) => string | null): Joi.AnySchema =>
  Joi.any().custom((value: unknown, { message }) => {
    const problem = problemOf(value);
    return problem === null ? value : message({ custom: '{{#label}} {{#problem}}' }, { problem });
  });

const instant = checked((value) => {
  const read = isWhen(value)
    ? instantOf(value)
    : { problem: 'is not an instant: give milliseconds, a Date, a text with offset, or { local, zone }' };
  return 'problem' in read ? read.problem : null;
});
const uses = checked((value) =>
  value === 'unlimited' || (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 1e9)
    ? null
    : 'must be a whole number from 1 to 1,000,000,000, or "unlimited"',
);
const expires = instant.allow(null);

const changeRules = Joi.object({ uses, expires }).min(1);

function inputRules(site: Site): Joi.ObjectSchema {
  return Joi.object({
    word: checked((value) => (typeof value === 'string' ? wordProblem(value) : 'must be a string')),
    uses,
    expires,
    notBefore: instant,
    email: checked((value) =>
      typeof value === 'string' && canonicalEmail(value) !== null ? null : 'is not an e-mail address',
    ),
    domain: checked((value) =>
      typeof value === 'string' && canonicalDomain(value) !== null ? null : 'is not a domain name',
    ),
    data: checked(dataProblem),
    label: text(200),
    note: text(2000),
    creator: text(200),
    tenant: text(200),
    flow: Joi.string().pattern(/^[-a-zA-Z0-9_]+$/, 'slug'),
    redirect: checked((value) => (ownPath(site, value) === null ? 'must be a path of this site, e.g. /welcome' : null)),
  })
    .oxor('email', 'domain')
    .messages({ 'object.oxor': '"email" and "domain" cannot both be given' });
}

/** `@example.com` in its canonical form. */
export function canonicalDomain(typed: string): string | null {
  return canonicalEmail(`a@${typed.trim().replace(/^@/, '')}`)?.slice(1) ?? null;
}

/** Every mistake of `input`, with its path. */
export function inputIssues(input: InvitationInput, site: Site): readonly string[] {
  const issues = mistakes(inputRules(site), input);
  if (input.word !== undefined)
    issues.push(...wordIssues({ uses: input.uses ?? 'unlimited', expires: input.expires ?? null }));
  const opens = milliseconds(input.notBefore);
  const ends = milliseconds(input.expires);
  if (opens !== null && ends !== null && ends <= opens) issues.push('"expires" must be later than "notBefore"');
  return issues;
}

export function changeIssues(change: InvitationChange, kind: InvitationRecord['kind']): readonly string[] {
  return [...mistakes(changeRules, change), ...(kind === 'word' ? wordIssues(change) : [])];
}

function wordIssues({ uses, expires }: InvitationChange): string[] {
  const issues: string[] = [];
  if (uses === 'unlimited') issues.push('"uses" must be a number: a word is easily passed on');
  if (expires === null) issues.push('"expires" must be given: a word is easily passed on');
  return issues;
}

/** @throws ERR_ENROLLMENT_INVITATION with `issues`, if there are any */
export function refuseIssues(issues: readonly string[]): void {
  if (issues.length === 0) return;
  throw new EnrollmentError('ERR_ENROLLMENT_INVITATION', `the invitation does not hold: ${issues.join('; ')}`, {
    issues,
  });
}

/** Milliseconds since 1970, or `null` for what is no instant. */
export function milliseconds(when: When | null | undefined): number | null {
  const read = isWhen(when) ? instantOf(when) : null;
  return read !== null && 'at' in read ? read.at : null;
}

function mistakes(rules: Joi.ObjectSchema, given: unknown): string[] {
  const { error } = rules.validate(given, { abortEarly: false, convert: false });
  return error?.details.map((detail) => detail.message) ?? [];
}

function isWhen(value: unknown): value is When {
  if (typeof value === 'number' || typeof value === 'string') return true;
  if (typeof value !== 'object' || value === null) return false;
  return (
    Object.prototype.toString.call(value) === '[object Date]' ||
    ('local' in value && typeof value.local === 'string' && 'zone' in value && typeof value.zone === 'string')
  );
}
