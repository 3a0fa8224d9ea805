import type Joi from 'joi';
import type { SettingRules } from '../base/settings.js';
import type { IdentificationLinks } from './identification.js';

/** The fields that identify a user. */
export function userFieldsRule(joi: Joi.Root): Joi.Schema {
  return joi.array().items(joi.valid('username', 'email')).min(1).unique();
}

export function identificationLinksRule(joi: Joi.Root): Joi.Schema {
  const rules: SettingRules<IdentificationLinks> = {
    enrollment: joi.string().allow(''),
    recovery: joi.string().allow(''),
  };
  return joi.object({ ...rules });
}
