import type Joi from 'joi';

/** The rule of the setting `lookups`. */
export function lookupsRule(joi: Joi.Root): Joi.ObjectSchema {
  return joi.object({
    createEvent: joi.function(),
    sendEmail: joi.function(),
    resolveDns: joi.function(),
    reverseDns: joi.function(),
    locate: joi.function(),
    groupAttributes: joi.function(),
    systemSettings: joi.object().unknown(),
  });
}
