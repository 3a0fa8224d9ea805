import Joi from 'joi';
import { canonicalEmail } from '../../base/canonical.js';
import { schemaIssues } from '../../base/schema-issues.js';
import { ownPath, type Site } from '../../base/target.js';
import { identifierProblem, textProblem } from '../../base/text-problem.js';
import { customCodeProblem } from '../codes/canonical-code.js';
import { dataProblem, type DataRules } from './data-rules.js';
import { timeProblem, seconds } from './instants.js';

const shortestReservation = 30;
const longestReservation = 24 * 3600;

const without =
  (problemOf: (value: string) => string | null): Joi.CustomValidator<string> =>
  (value, { message }) => {
    const problem = problemOf(value);
    return problem === null ? value : message({ custom: '{{#label}} {{#problem}}' }, { problem });
  };
/** For display. */
const text = (longest: number): Joi.StringSchema => Joi.string().allow('').max(longest).custom(without(textProblem));
/** Compared and looked up. */
const identifier = (longest: number): Joi.StringSchema => Joi.string().max(longest).custom(without(identifierProblem));
const checked = (problemOf: (value: unknown) => string | null): Joi.AnySchema =>
  Joi.any().custom((value: unknown, { message }) => {
    const problem = problemOf(value);
    return problem === null ? value : message({ custom: '{{#label}} {{#problem}}' }, { problem });
  });

const customCode = checked((value) => (typeof value === 'string' ? customCodeProblem(value) : 'must be a string'));
const uses = checked((value) =>
  value === 'unlimited' || (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 1e9)
    ? null
    : 'must be a whole number from 1 to 1,000,000,000, or "unlimited"',
);
const email = checked((value) =>
  typeof value === 'string' && canonicalEmail(value) !== null ? null : 'is not an email address',
);
const domain = checked((value) =>
  typeof value === 'string' && canonicalDomain(value) !== null ? null : 'is not a domain name',
);
const reserve = checked((value) => {
  const length = typeof value === 'string' || typeof value === 'number' ? seconds(value) : null;
  return length !== null && length >= shortestReservation && length <= longestReservation
    ? null
    : "must be a time such as '15m', from 30s to 24h, or so many seconds";
});

/** `@example.com` in its canonical form; `null` for what is no domain. */
export function canonicalDomain(typed: string): string | null {
  return canonicalEmail(`a@${typed.trim().replace(/^@/, '')}`)?.slice(1) ?? null;
}

/** The fields that can be changed later. */
export function changeSchema(site: Site, data?: DataRules): Joi.ObjectSchema {
  return (
    Joi.object({
      uses,
      expires: checked(timeProblem).allow(null),
      notBefore: checked(timeProblem).allow(null),
      email: email.allow(null),
      domain: domain.allow(null),
      data: checked((value) => dataProblem(value, data)),
      label: text(200),
      note: text(2000),
      flow: Joi.string()
        .max(200)
        .pattern(/^[-a-zA-Z0-9_]+$/, 'slug')
        .allow(null),
      redirect: checked((value) =>
        ownPath(site, value) === null ? 'must be a path of this site, e.g. /welcome' : null,
      ).allow(null),
      reserve: reserve.allow(null),
      onePerPerson: Joi.boolean(),
    })
      // Not a rule of the whole record: Joi does not check those when a field is wrong.
      .oxor('email', 'domain', { isPresent: isGiven })
      .messages({ 'object.oxor': '"email" and "domain" cannot both be given' })
      .min(1)
  );
}

/** The fields of a new one. Building a schema takes longer than a thousand validations, so the last one is kept. */
export function inputSchema(site: Site, data?: DataRules): Joi.ObjectSchema {
  const made = lastMade.get(site);
  if (made !== undefined && made.data === data) return made.schema;
  const schema = changeSchema(site, data)
    .keys({
      customCode,
      creator: identifier(200).allow(''),
      inviter: identifier(200),
      tenant: identifier(200).allow(''),
    })
    .min(0);
  lastMade.set(site, { data, schema });
  return schema;
}

const lastMade = new WeakMap<Site, { readonly data: DataRules | undefined; readonly schema: Joi.ObjectSchema }>();

export function mistakes(rules: Joi.ObjectSchema, given: unknown): string[] {
  return [...schemaIssues(rules, given)];
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
