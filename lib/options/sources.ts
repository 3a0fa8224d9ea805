import Joi from 'joi';
import type { Connections } from '../ports/connections.js';
import type { PendingIdentity } from '../ports/pending-identity.js';
import type { SourceDefinition } from '../ports/source.js';
import type { OptionRules } from './option-rules.js';
import { functionSchema, objectWith, storePart } from './schemas.js';

export interface SourceOptions<User> {
  /**
   * Single sign-on: `openIdConnectSource(…)`, `passportSource(…)`, `admittedSource(…)`. Needs `users`, `login` and
   * `connections`.
   * @defaultValue none
   * @see [single sign-on](docs/sso.md)
   */
  readonly sources?: readonly SourceDefinition[] | undefined;
  /**
   * Which identity belongs to which account: `sqlConnections(query)`, from the included user stores,
   * `memoryConnections()`, or your own columns behind two functions.
   * @defaultValue none; required by `sources`
   */
  readonly connections?: Connections | undefined;
  /**
   * `(identity) => user or null`: the account of an identity that is not connected yet. A person with an account is not
   * asked for a code.
   * @defaultValue none
   * @see [importing connections](docs/sso.md#importing-connections)
   */
  readonly findUser?: ((identity: PendingIdentity) => Promise<User | null> | User | null) | undefined;
}

export const sourceRules = {
  sources: { schema: Joi.array().items(objectWith('open')), default: [] },
  connections: { schema: storePart('connections', 'find', objectWith('find', 'link')), default: null },
  findUser: { schema: functionSchema, default: null },
} satisfies OptionRules<SourceOptions<unknown>>;
