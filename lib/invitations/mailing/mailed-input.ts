import Joi from 'joi';
import { isZone } from '../../base/clock.js';
import { isLanguageTag } from '../../base/language-tag.js';
import { isLinkLike } from '../../base/mailed-name.js';
import { schemaIssues } from '../../base/schema-issues.js';
import { identifierProblem } from '../../base/text-problem.js';
import type { InvitationInput, MailedInvitationInput } from '../../ports/invitation-input.js';
import type { InvitationMail } from '../../ports/invitation-store.js';
import { creationIssues, type CreateParts } from '../management/create.js';
import { milliseconds } from '../management/instants.js';

const day = 24 * 3600 * 1000;
/** Auth0's organization invitations: 7 days by default, at most 30. */
export const mailedLifetime = Object.freeze({ usual: 7 * day, longest: 30 * day });
const most = Object.freeze({ values: 20, value: 200, app: 80 });

const valueName = /^[A-Za-z_][A-Za-z0-9_]{0,39}$/;

/** True for what can be quoted in the app's wording of a mail: `{first_name}`. */
export function isValueName(name: string): boolean {
  return valueName.test(name);
}

const line = (longest: number): Joi.StringSchema =>
  Joi.string()
    .allow('')
    .max(longest)
    .custom((value: string, { message }) => {
      const problem = identifierProblem(value);
      return problem === null ? value : message({ custom: '{{#label}} {{#problem}}' }, { problem });
    });

const schema = Joi.object({
  locale: Joi.string().custom((tag: string, { message }) =>
    isLanguageTag(tag) ? tag : message({ custom: '{{#label}} must be a language tag such as en or pt-BR' }),
  ),
  zone: Joi.string().custom((zone: string, { message }) =>
    isZone(zone) ? zone : message({ custom: '{{#label}} must be an IANA time zone such as Europe/Berlin' }),
  ),
  app: line(most.app).custom((app: string, { message }) =>
    isLinkLike(app) ? message({ custom: '{{#label}} looks like a link or an address: mails say it' }) : app,
  ),
  // As in the messages of the mails: `{first_name}`.
  values: Joi.object().pattern(valueName, line(most.value)).max(most.values),
})
  .unknown(true)
  .messages({ 'object.unknown': '{{#label}} is no name for a value: use letters, digits and _' });

const fixed = ['customCode', 'uses', 'domain', 'notBefore'] as const;

/** Every mistake of an invitation that is to be mailed. */
export function mailedIssues(parts: CreateParts, input: MailedInvitationInput): readonly string[] {
  const { locale: _locale, zone: _zone, app: _app, values: _values, ...terms } = input;
  const given = fixed.filter((name) => name in terms).map((name) => `"${name}" cannot be given: ${reasons[name]}`);
  const ends = milliseconds(input.expires);
  const isGiven = input.expires !== undefined;
  return [
    ...(typeof terms.email === 'string' ? [] : ['"email" must be given']),
    ...schemaIssues(schema, input),
    ...given,
    ...creationIssues(parts, withoutFixed(terms)),
    ...(isGiven ? mailedEndIssues(parts, ends) : []),
  ];
}

const reasons: Readonly<Record<(typeof fixed)[number], string>> = {
  customCode: 'everybody gets a code of their own',
  uses: 'the invitation is for one person',
  domain: 'it is for the address',
  notBefore: 'the mail is sent at once',
};

/** Why a mailed invitation may not end at `ends`; `null` is never. A second later is no mistake of the caller. */
export function mailedEndIssues({ clock }: Pick<CreateParts, 'clock'>, ends: number | null): readonly string[] {
  return ends !== null && ends <= clock.now() + mailedLifetime.longest + 1000
    ? []
    : ['"expires" must lie within 30 days: the link proves who reads the mail of the address'];
}

/** The terms of the record: for one account, and for a week where nothing else is said. */
export function termsOf({ clock }: Pick<CreateParts, 'clock'>, input: MailedInvitationInput): InvitationInput {
  const { locale: _locale, zone: _zone, app: _app, values: _values, ...terms } = input;
  return { ...withoutFixed(terms), uses: 1, expires: terms.expires ?? clock.now() + mailedLifetime.usual };
}

/** What the record keeps for its mails. */
export function mailOf({ locale, zone, app, values, expires }: MailedInvitationInput, seed: string): InvitationMail {
  const local = typeof expires === 'object' && 'zone' in expires ? expires.zone : undefined;
  return {
    seed,
    locale: locale ?? null,
    zone: zone ?? local ?? 'UTC',
    app: app === undefined || app.trim() === '' ? null : app,
    values: { ...values },
    ordered: 0,
  };
}

/** In a call from JavaScript they may be there. */
function withoutFixed(terms: InvitationInput): InvitationInput {
  const { customCode: _code, uses: _uses, domain: _domain, notBefore: _notBefore, ...rest } = terms;
  return rest;
}
