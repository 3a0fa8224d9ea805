import Joi from 'joi';
import type { Awaitable } from '../base/awaitable.js';
import type { Authenticators } from '../ports/authenticators.js';
import type { GeoLocation } from '../ports/geo-location.js';
import type { Mailer } from '../ports/mailer.js';
import type { Login, LoginFactory } from '../ports/login.js';
import type { Passwords } from '../ports/passwords.js';
import type { Redemptions } from '../ports/redemptions.js';
import type { UserStore } from '../ports/user-store.js';
import type { OptionRules } from './option-rules.js';
import { functionSchema, objectWith, storePart } from './schemas.js';

/** The enrolled user and their invitation. */
interface EnrolledUser<User> {
  readonly user: User;
  readonly invitation: { readonly id: string } | null;
  /** `null`: by a guard, or found long after the process that wrote the account had died. */
  readonly flow: string | null;
}

/** The user, and the invitation that they accepted with the account that they had. */
interface AcceptingUser<User, Data> {
  readonly user: User;
  /** `data`: what it granted at that moment, in the type of `invitationData`. */
  readonly invitation: { readonly id: string; readonly label: string; readonly data: Data };
  /** `null`: found long after the process that recorded it had died. */
  readonly flow: string | null;
}

export interface AccountOptions<User, Data> {
  /**
   * Your table behind four functions, or `sqliteUsers(file).users`, `postgresUsers(pool).users` of
   * `express-enrollment/sql`. Required by `flows`.
   * @defaultValue none: guards write accounts with your own code
   * @see [your users](README.md#your-users)
   */
  readonly users?: UserStore<User, NoInfer<Data>> | undefined;
  /**
   * Looks up the rows that prove which seat an account used: `sqlRedemptions(query)`, or from the included user stores.
   * @defaultValue none, with a warning: a seat whose process died stays claimed
   */
  readonly redemptions?: Redemptions | null | undefined;
  /**
   * `sessionLogin()`, `passportLogin()` (both accept `{ carry: ['cart'] }`, the session keys that survive a sign-in, and
   * `{ store }`, the store of your own session middleware),
   * or an object with `current`, `signIn` and `signOut`. Required by `flows`.
   * @defaultValue none: `signIn`, `currentUser` and `signOut` throw
   */
  readonly login?: LoginFactory | Login<User> | undefined;
  /**
   * `hash`, `verify`, `outdated`.
   * @defaultValue `argon2Passwords()`: argon2id with OWASP's parameters
   */
  readonly passwords?: Passwords | undefined;
  /**
   * Second factors of your users: `sqlAuthenticators(query)`, or `authenticators` of the included user stores. Required
   * by the stages about authenticators.
   * @defaultValue none
   * @see [second factors](docs/stages/authenticators.md)
   */
  readonly authenticators?: Authenticators | undefined;
  /**
   * `{ send(mail) }`: how mails are sent. Required in production by flows that send some.
   * @defaultValue none in production; in development a mail is written to the log, with its code and link
   * @see [mail](docs/mail.md)
   */
  readonly mailer?: Mailer | undefined;
  /**
   * Where an address is, by your own database: `{ continent, country, city, asn }`, or `null` where it is not known. An
   * IPv6 address is its /64. Required by `userLogin` with `networkBinding: 'asn'` or `geoBinding`.
   * @defaultValue none
   * @see [user login](docs/stages/user-login.md)
   */
  readonly lookUpAddress?: ((address: string) => Awaitable<GeoLocation | null>) | undefined;
  /**
   * Called for each new account, at least once, within 60 seconds. If it throws, the error is logged, nothing is
   * undone, and it is called again later, ten times in all over two days. Needs `users`.
   * @defaultValue none
   * @see [events](docs/events.md)
   */
  readonly onEnrolled?: ((enrolled: EnrolledUser<User>) => unknown) | undefined;
  /**
   * Called for each invitation that an existing account has accepted, at least once, as `onEnrolled` is for new
   * accounts. Needs `users`.
   * @defaultValue none
   * @see [existing accounts](docs/invitations.md#existing-accounts)
   */
  readonly onInvitationAccepted?: ((accepted: AcceptingUser<User, NoInfer<Data>>) => unknown) | undefined;
}

const loginForm = '{{#label}} must be sessionLogin(), passportLogin() or an object with current and signIn';

export const accountRules = {
  users: {
    schema: storePart('users', 'create', objectWith('toProfile', 'create', 'findById', 'findByLogin')),
    default: null,
  },
  redemptions: { schema: storePart('redemptions', 'find', objectWith('find').allow(null)), default: null },
  login: {
    schema: Joi.alternatives(functionSchema, objectWith('current', 'signIn')).messages({
      'alternatives.types': loginForm,
      'alternatives.match': loginForm,
    }),
    default: null,
  },
  passwords: { schema: objectWith('hash', 'verify', 'outdated'), default: null },
  authenticators: {
    schema: storePart('authenticators', 'list', objectWith('list', 'add', 'update', 'remove')),
    default: null,
  },
  mailer: { schema: objectWith('send').keys({ verify: Joi.function() }), default: null },
  lookUpAddress: { schema: functionSchema, default: null },
  onEnrolled: { schema: functionSchema, default: null },
  onInvitationAccepted: { schema: functionSchema, default: null },
} satisfies OptionRules<AccountOptions<unknown, unknown>>;
