import type { Request } from 'express';
import Joi from 'joi';
import { freezeDeep } from '../base/json.js';
import type { RateLimits } from '../ports/rate-limits.js';
import type { OptionRules } from './option-rules.js';
import { functionSchema } from './schemas.js';

export interface RateLimitOptions {
  /**
   * Limits on what visitors may try, each `{ points, windowSeconds }`.
   * @defaultValue see each limit
   */
  readonly rateLimits?: { readonly [Name in keyof RateLimits]?: Partial<RateLimits[Name]> } | undefined;
  /**
   * `(req) => string`: the key for limits per client.
   * @defaultValue `req.ip`; the /64 of an IPv6 address
   */
  readonly clientKey?: ((req: Request) => string) | undefined;
}

const minute = 60;

export const defaultRateLimits: RateLimits = freezeDeep({
  codes: {
    perClient: { points: 10, windowSeconds: 10 * minute },
    perPlan: { points: 20, windowSeconds: 60 * minute },
    overall: { points: 1000, windowSeconds: 10 * minute },
  },
  passwords: {
    perSubject: { points: 10, windowSeconds: 15 * minute },
    perClient: { points: 30, windowSeconds: 15 * minute },
    overall: { points: 1000, windowSeconds: 15 * minute },
  },
  secondFactors: {
    perUser: { points: 10, windowSeconds: 15 * minute },
    perClient: { points: 30, windowSeconds: 15 * minute },
    perPlan: { points: 10, windowSeconds: 60 * minute },
  },
  mails: {
    perAddress: { points: 9, windowSeconds: 60 * minute },
    perAddressAndClient: { points: 3, windowSeconds: 60 * minute },
    perClient: { points: 30, windowSeconds: 60 * minute },
    perPlan: { points: 6, windowSeconds: 60 * minute },
  },
  invitationMails: {
    perRecipient: { points: 5, windowSeconds: 24 * 60 * minute },
    perInviter: { points: 50, windowSeconds: 24 * 60 * minute },
    perTenant: { points: 10_000, windowSeconds: 24 * 60 * minute },
  },
  mailCodes: {
    perClient: { points: 30, windowSeconds: 15 * minute },
    perPlan: { points: 10, windowSeconds: 60 * minute },
  },
  availability: {
    perPlan: { points: 20, windowSeconds: 60 * minute },
    perClient: { points: 150, windowSeconds: 60 * minute },
  },
  newPlans: { perClient: { points: 300, windowSeconds: 10 * minute } },
});

const limit = Joi.object({
  points: Joi.number().integer().min(1).required(),
  windowSeconds: Joi.number().integer().min(1).required(),
});

export const rateLimitRules = {
  rateLimits: {
    schema: Joi.object({
      codes: schemaOf(defaultRateLimits.codes),
      passwords: schemaOf(defaultRateLimits.passwords),
      secondFactors: schemaOf(defaultRateLimits.secondFactors),
      mails: schemaOf(defaultRateLimits.mails),
      invitationMails: schemaOf(defaultRateLimits.invitationMails),
      mailCodes: schemaOf(defaultRateLimits.mailCodes),
      availability: schemaOf(defaultRateLimits.availability),
      newPlans: schemaOf(defaultRateLimits.newPlans),
    }),
    resolve: ({
      codes,
      passwords,
      secondFactors,
      mails,
      invitationMails,
      mailCodes,
      availability,
      newPlans,
    } = {}): RateLimits =>
      Object.freeze({
        codes: complete(defaultRateLimits.codes, codes),
        passwords: complete(defaultRateLimits.passwords, passwords),
        secondFactors: complete(defaultRateLimits.secondFactors, secondFactors),
        mails: complete(defaultRateLimits.mails, mails),
        invitationMails: complete(defaultRateLimits.invitationMails, invitationMails),
        mailCodes: complete(defaultRateLimits.mailCodes, mailCodes),
        availability: complete(defaultRateLimits.availability, availability),
        newPlans: complete(defaultRateLimits.newPlans, newPlans),
      }),
  },
  clientKey: { schema: functionSchema, default: null },
} satisfies OptionRules<RateLimitOptions>;

function schemaOf(limits: object): Joi.ObjectSchema {
  return Joi.object(Object.fromEntries(Object.keys(limits).map((name) => [name, limit])));
}

/** A limit that is present as `undefined`, as callers in JavaScript may write it, has its default. */
function complete<Group extends object>(defaults: Group, given: Partial<Group> = {}): Group {
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return Object.freeze({ ...defaults, ...set });
}
