import Joi from 'joi';
import { isWebOrigin } from '../base/target.js';
import type { OptionRules } from './option-rules.js';

export interface ExecutorApiOptions {
  /**
   * Whether flows are also served as JSON, in authentik's protocol, below `/api/v3/`, with an OpenAPI document at
   * `/api/v3/schema/`. As an object: `origins`, other origins whose scripts may call it, each as
   * `https://app.example`; `inspector: true` shows visitors where their own plan is, without secrets, for development.
   * @defaultValue `false`
   * @see [JSON](docs/json-api.md)
   */
  readonly executorApi?:
    | boolean
    | { readonly origins?: readonly string[] | undefined; readonly inspector?: boolean | undefined }
    | undefined;
}

/** The option, complete. */
export interface ExecutorApiConfig {
  readonly origins: readonly string[];
  readonly inspector: boolean;
}

const origin = Joi.string()
  .custom((value: string, helpers) => (isWebOrigin(value) ? value : helpers.error('origin.form')))
  .messages({
    'origin.form': '{{#label}} must be an origin as https://app.example: without a path, and http on this machine only',
  });

export const executorApiRules = {
  executorApi: {
    schema: Joi.alternatives().conditional(Joi.object(), {
      then: Joi.object({ origins: Joi.array().items(origin).unique(), inspector: Joi.boolean() }),
      otherwise: Joi.boolean(),
    }),
    resolve: (given: ExecutorApiOptions['executorApi'] = false): ExecutorApiConfig | null => {
      if (given === false) return null;
      const { origins = [], inspector = false } = given === true ? {} : given;
      return Object.freeze({ origins: Object.freeze([...origins]), inspector });
    },
  },
} satisfies OptionRules<ExecutorApiOptions>;
