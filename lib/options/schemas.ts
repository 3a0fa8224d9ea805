import Joi from 'joi';

export const functionSchema = Joi.function();

/** An object that has these functions, and any other members. */
export function objectWith(...functions: readonly string[]): Joi.ObjectSchema {
  return Joi.object(Object.fromEntries(functions.map((name) => [name, functionSchema.required()]))).unknown(true);
}

/**
 * One part of a store such as `memoryUsers()`. Passing the whole store instead of the part is reported as one mistake.
 * `sign` is a function that the part has and the whole does not.
 */
export function storePart(name: string, sign: string, rules: Joi.Schema): Joi.Schema {
  const whole = Joi.object({
    [sign]: Joi.any().forbidden(),
    [name]: Joi.object({ [sign]: functionSchema.required() })
      .unknown(true)
      .required(),
  });
  const mistake = Joi.any()
    .custom((_value: unknown, { error }) => error('part.whole'))
    .messages({
      'part.whole': `{{#label}} is a whole store: give its parts, as in users: store.users, redemptions: store.redemptions`,
    });
  return Joi.alternatives().conditional(whole.unknown(true), { then: mistake, otherwise: rules });
}
