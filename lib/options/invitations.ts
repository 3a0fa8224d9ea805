import type { Request } from 'express';
import Joi, { type ObjectSchema } from 'joi';
import type { EmailInvitations, SeededInvitation } from '../ports/invitation-input.js';
import type { InviterRules } from '../ports/inviters.js';
import type { SendInvitation } from '../ports/waitlist-store.js';
import type { OptionRules } from './option-rules.js';
import { functionSchema, objectWith } from './schemas.js';

/**
 * A Joi schema, or an object with its `validate`. Named twice so that TypeScript infers the data's type from the
 * schema.
 */
export type InvitationData<Data> = ObjectSchema<Data> | DataSchema<Data>;

/** The interface of a Joi schema; declared here, so that an app may use another version of Joi than the kit. */
export interface DataSchema<Data> {
  validate(
    value: unknown,
    options: { readonly abortEarly: false; readonly convert: false },
  ): { readonly error?: { readonly message: string } | undefined; readonly value?: Data };
}

export interface InvitationOptions<User, Data> {
  /**
   * With `'plain'`, refusals say "expired" and "used up"; with `'uniform'`, all refusals read the same.
   * @defaultValue `'plain'`
   */
  readonly refusals?: 'plain' | 'uniform' | undefined;
  /**
   * Custom codes that are created at start if missing; `codeDictionary` makes them.
   * @defaultValue none
   */
  readonly seed?: readonly SeededInvitation[] | undefined;
  /**
   * A Joi schema for the `data` of invitations. Checked when an invitation is created or changed, and again before the
   * user store receives it, in the schema's type.
   * @defaultValue any object
   * @see [invitations](docs/invitations.md#creating)
   */
  readonly invitationData?: InvitationData<Data> | undefined;
  /**
   * `may`, `quota`: which accounts may invite others, and how many. `displayName`: the name in "{inviter} invited you
   * to {brand}", on the pages after an accepted code.
   * @defaultValue every active account, without limit; no names
   * @see [inviters](docs/invitations.md#inviters)
   */
  readonly inviters?: InviterRules<User> | undefined;
  /**
   * Invitations that the kit mails. `onEarlier`: what a new one does to open ones of the same address: `'end'` revokes
   * them, `'keep'` leaves them valid. `outstanding`: how many open ones an inviter, an address, or a tenant may have; `null`:
   * any number. `freshLinks`: the page of an expired link of a mail sends a fresh one. `tellDeclined`: the
   * inviter is mailed when the invited person declines. `unsubscribe`: mail programs offer to
   * [stop them](docs/mail.md#stopping-invitations).
   * @defaultValue `{ onEarlier: 'end', outstanding: { perInviter: 100, perRecipient: null, perTenant: null }, freshLinks: true, tellDeclined: true, unsubscribe: true }`
   * @see [invitations by email](docs/email-invitations.md#limits)
   */
  readonly emailInvitations?:
    | {
        readonly onEarlier?: EmailInvitations['onEarlier'];
        readonly outstanding?: Partial<EmailInvitations['outstanding']>;
        readonly freshLinks?: boolean;
        readonly tellDeclined?: boolean;
        readonly unsubscribe?: boolean;
      }
    | undefined;
  /**
   * `(req) => string | null`: the visitor's tenant, e.g. by host name. An invitation is then valid for its own tenant
   * only.
   * @defaultValue no tenants
   * @see [tenants](docs/invitations.md#tenants)
   */
  readonly tenant?: ((req: Request) => string | null) | undefined;
  /**
   * Sends an invitation to a person on the waitlist, instead of the kit's mails.
   * @defaultValue the kit mails them; without `mailer`, `approve` returns the codes
   * @see [the waitlist](docs/waitlist.md#sending)
   */
  readonly sendInvitation?: SendInvitation | undefined;
}

const ceiling = Joi.number().integer().min(1).max(5000).allow(null);

export const invitationRules = {
  refusals: { schema: Joi.valid('plain', 'uniform'), default: 'plain' },
  seed: { schema: Joi.array().items(Joi.object().unknown(true)), default: [] },
  invitationData: {
    schema: objectWith('validate').messages({
      'object.base': '{{#label}} must be a Joi schema',
      'any.required': '{{#label}} must be a Joi schema',
    }),
    default: null,
  },
  inviters: {
    schema: Joi.object({
      may: functionSchema,
      displayName: functionSchema,
      quota: Joi.alternatives(
        functionSchema,
        Joi.object({
          count: Joi.number().integer().min(0).max(10_000).required(),
          days: Joi.number().integer().min(1).max(366).required(),
        }),
      ),
    }),
    default: {},
  },
  emailInvitations: {
    schema: Joi.object({
      onEarlier: Joi.valid('end', 'keep'),
      outstanding: Joi.object({ perInviter: ceiling, perRecipient: ceiling, perTenant: ceiling }),
      freshLinks: Joi.boolean(),
      tellDeclined: Joi.boolean(),
      unsubscribe: Joi.boolean(),
    }),
    resolve: ({
      onEarlier = 'end',
      outstanding: { perInviter = 100, perRecipient = null, perTenant = null } = {},
      freshLinks = true,
      tellDeclined = true,
      unsubscribe = true,
    } = {}): EmailInvitations =>
      Object.freeze({
        onEarlier,
        outstanding: Object.freeze({ perInviter, perRecipient, perTenant }),
        freshLinks,
        tellDeclined,
        unsubscribe,
      }),
  },
  tenant: { schema: functionSchema, default: null },
  sendInvitation: { schema: functionSchema, default: null },
} satisfies OptionRules<InvitationOptions<unknown, unknown>>;
