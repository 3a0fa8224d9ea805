import Joi from 'joi';
import type { AppStores } from '../ports/app-stores.js';
import type { OptionRules } from './option-rules.js';
import { storesSchema } from './stores.js';

/**
 * The members that identify an ioredis client or cluster, 5 or 6. A client of the package "redis" (node-redis) has
 * neither and does not compile; the kit checks again at start.
 */
interface RedisClient {
  readonly status: string;
  call(command: string, args: (string | number)[]): Promise<unknown>;
}

export interface StorageOptions {
  /**
   * `redis://…`, `rediss://…`, or an ioredis client.
   * @defaultValue in memory; production requires it
   * @see [operations](docs/operations.md#how-to-pass-the-client)
   */
  readonly redis?: string | RedisClient | undefined;
  /**
   * Your own stores: `plans`, `invitations`, `ephemeral`, `rateLimiter`, `outbox`, `waitlist`, `consents`,
   * `tickets`, `mails`, `suppressions`, `flows`. Their types are in `express-enrollment/ports`.
   * @defaultValue Redis, or memory
   * @see [the recipe](docs/recipes/plan-store.md)
   */
  readonly stores?: AppStores | undefined;
  /**
   * `true` accepts a Redis that evicts keys or does not persist them.
   * @defaultValue `false`: production refuses it
   */
  readonly allowVolatileRedis?: boolean | undefined;
  /**
   * Prefix of every Redis key.
   * @defaultValue `enrollment:`
   */
  readonly keyPrefix?: string | undefined;
}

const redisForm = '{{#label}} must be a redis:// or rediss:// URL or an ioredis client';

export const storageRules = {
  redis: {
    schema: Joi.alternatives(Joi.string().uri({ scheme: ['redis', 'rediss'] }), Joi.object().unknown(true)).messages({
      'alternatives.types': redisForm,
      'alternatives.match': redisForm,
    }),
    default: null,
  },
  stores: { schema: storesSchema, default: {} },
  allowVolatileRedis: { schema: Joi.boolean(), default: false },
  keyPrefix: {
    schema: Joi.string()
      .pattern(/^[a-zA-Z0-9:_-]{1,50}$/)
      .messages({ 'string.pattern.base': "{{#label}} has 1 to 50 letters, digits, ':', '_' and '-', and no braces" }),
    default: 'enrollment:',
  },
} satisfies OptionRules<StorageOptions>;
