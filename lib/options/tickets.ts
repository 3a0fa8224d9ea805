import Joi from 'joi';
import { hasResultParameters, resultParameters } from '../base/result-parameters.js';
import { isWebAddress } from '../base/target.js';
import { parseUrl } from '../base/url.js';
import type { OptionRules } from './option-rules.js';

export interface TicketOptions {
  /**
   * One-time links for existing accounts. `clients`: the apps that they may lead to, by an id of your own. `resultUrls`:
   * further addresses that they may lead to, each an origin (`https://app.example`: every path of it) or one exact URL.
   * `connections`: the names of your database that callers may give beside an address.
   * @defaultValue none: they lead to pages of the app only
   * @see [tickets](docs/tickets.md)
   */
  readonly tickets?:
    | {
        readonly clients?:
          | {
              readonly [id: string]: {
                /** As its users know it: "Set your password for Acme". */
                readonly name: string;
                /** An https address, or one of this machine. */
                readonly resultUrl: string;
              };
            }
          | undefined;
        readonly resultUrls?: readonly string[] | undefined;
        readonly connections?: readonly string[] | undefined;
      }
    | undefined;
}

const address = Joi.string()
  .custom((value: string, helpers) => {
    if (parseUrl(value)?.hostname.includes('*') === true) return helpers.error('address.wildcard');
    if (!isWebAddress(value)) return helpers.error('address.form');
    return hasResultParameters(value) ? helpers.error('address.parameters') : value;
  })
  .messages({
    'address.form': '{{#label}} must be an https address, without user and password',
    'address.wildcard': '{{#label}} has a wildcard: name each host',
    'address.parameters': `{{#label}} has a parameter that is reserved for the result: ${resultParameters.join(', ')}`,
  });

export const ticketRules = {
  tickets: {
    schema: Joi.object({
      clients: Joi.object().pattern(
        Joi.string().max(100),
        Joi.object({ name: Joi.string().max(80).required(), resultUrl: address.required() }),
      ),
      resultUrls: Joi.array().items(address),
      connections: Joi.array().items(Joi.string()),
    }),
    resolve: ({ clients = {}, resultUrls = [], connections = [] }: NonNullable<TicketOptions['tickets']> = {}) =>
      Object.freeze({
        clients: new Map(Object.entries(clients)),
        resultUrls: Object.freeze([...resultUrls]),
        connections: Object.freeze([...connections]),
      }),
  },
} satisfies OptionRules<TicketOptions>;
