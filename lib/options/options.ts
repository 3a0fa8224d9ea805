import Joi from 'joi';
import type { JsonObject } from '../base/json.js';
import { accountRules, type AccountOptions } from './accounts.js';
import { eventRules, type EventOptions } from './events.js';
import { executorApiRules, type ExecutorApiOptions } from './executor-api.js';
import { flowRules, type FlowOptions } from './flows.js';
import { invitationRules, type InvitationOptions } from './invitations.js';
import { operationRules, type OperationOptions } from './operation.js';
import type { OptionRules, ResolvedOptions } from './option-rules.js';
import { pageRules, type PageOptions } from './pages.js';
import { rateLimitRules, type RateLimitOptions } from './rate-limits.js';
import { siteRules, type SiteOptions } from './site.js';
import { sourceRules, type SourceOptions } from './sources.js';
import { ticketRules, type TicketOptions } from './tickets.js';
import { storageRules, type StorageOptions } from './storage.js';

/** The options of `createEnrollment`. `User` is the app's own user type, `Data` the type of its invitations' data. */
export interface EnrollmentOptions<User, Data = JsonObject>
  extends
    SiteOptions,
    StorageOptions,
    AccountOptions<User, Data>,
    FlowOptions,
    ExecutorApiOptions,
    InvitationOptions<User, Data>,
    SourceOptions<User>,
    TicketOptions,
    PageOptions,
    RateLimitOptions,
    EventOptions,
    OperationOptions {}

/** Every option, in the order in which mistakes are reported. */
export const optionRules = {
  ...siteRules,
  ...storageRules,
  ...accountRules,
  ...flowRules,
  ...executorApiRules,
  ...invitationRules,
  ...sourceRules,
  ...ticketRules,
  ...pageRules,
  ...rateLimitRules,
  ...eventRules,
  ...operationRules,
} satisfies OptionRules<EnrollmentOptions<unknown, unknown>>;

/** The schema of the options. */
export const optionsSchema = Joi.object(
  Object.fromEntries(Object.entries(optionRules).map(([name, { schema }]) => [name, schema])),
)
  .required()
  .label('options');

/** The options, complete, checked and frozen. */
export type EnrollmentConfig<User, Data = JsonObject> = Site &
  ResolvedOptions<Omit<EnrollmentOptions<User, Data>, 'baseUrl' | 'secret'>, typeof optionRules>;

/** The parts that result from `baseUrl` and `secret`. */
export interface Site {
  readonly site: { readonly origin: string; readonly mount: string; readonly secure: boolean };
  readonly secrets: readonly string[];
  /** True when no secret was passed and this process created one. */
  readonly ephemeralSecret: boolean;
}
