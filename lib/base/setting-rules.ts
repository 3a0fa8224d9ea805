import type Joi from 'joi';
import type { Texts } from './message.js';

/** A value for which `isRight` returns true; `text` completes the message: `must be a path of the app`. */
export function rule(joi: Joi.Root, isRight: (value: unknown) => boolean, text: string): Joi.AnySchema {
  return joi
    .any()
    .custom((value: unknown, helpers) => (isRight(value) ? value : helpers.error('rule', { text })))
    .messages({ rule: '{{#label}} {{#text}}' });
}

/**
 * A value that one of the kit's factories returns. `example` shows how: passing a factory without its parentheses is
 * the usual mistake.
 */
export function madeBy(joi: Joi.Root, isOne: (value: unknown) => boolean, example: string): Joi.AnySchema {
  return joi
    .any()
    .custom((value: unknown, helpers) => {
      if (isOne(value)) return value;
      return helpers.error(typeof value === 'function' ? 'made.function' : 'made.other', { example });
    })
    .messages({
      'made.function': '{{#label}} is a function: call it, as in {{#example}}',
      'made.other': '{{#label}} must be made by a factory, as in {{#example}}',
    });
}

/** True for an object with all of these members, including functions of its class. */
export function hasMembers(value: unknown, ...names: readonly string[]): boolean {
  return typeof value === 'object' && value !== null && names.every((name) => Reflect.get(value, name) !== undefined);
}

/** True for an object with all of these functions. */
export function hasFunctions(value: unknown, ...names: readonly string[]): boolean {
  return (
    typeof value === 'object' && value !== null && names.every((name) => typeof Reflect.get(value, name) === 'function')
  );
}

/** An object with these functions, such as a clock or a store. */
export function portRule(joi: Joi.Root, ...names: readonly string[]): Joi.Schema {
  return rule(joi, (value) => hasFunctions(value, ...names), `must be an object with ${names.join(' and ')}`);
}

/** A text that is not blank, or a message with an id and values. */
export function messageRule(joi: Joi.Root): Joi.Schema {
  return joi
    .any()
    .custom((value: unknown, helpers) => {
      if (isBlankText(value)) return helpers.error('message.blank');
      const isMessage = typeof value === 'object' && value !== null && typeof Reflect.get(value, 'id') === 'string';
      return typeof value === 'string' || isMessage ? value : helpers.error('message.other');
    })
    .messages({
      'message.blank': '{{#label}} must not be empty: leave it out for the text of the kit',
      'message.other': '{{#label}} must be a text or a message',
    });
}

/** True for a text that a page would show as nothing. */
export function isBlankText(value: unknown): boolean {
  return typeof value === 'string' && /^[\p{White_Space}\p{Default_Ignorable_Code_Point}]*$/u.test(value);
}

/** A text that visitors see. */
export function visibleTextRule(joi: Joi.Root): Joi.Schema {
  return joi
    .string()
    .custom((value: unknown, helpers) => (isBlankText(value) ? helpers.error('text.blank') : value))
    .messages({ 'text.blank': '{{#label}} must not be blank: leave it out for the text of the kit' });
}

/** Default texts by message id. */
export function textsRule(joi: Joi.Root): Joi.Schema {
  return joi.object<Texts>().pattern(joi.string(), joi.string().allow(''));
}

export function namesRule(joi: Joi.Root): Joi.ArraySchema {
  return joi.array().items(joi.string().allow(''));
}

/** 100 years: a longer time ends at no date that all parts know. */
export const longestSeconds = 3_153_600_000;

export function secondsRule(joi: Joi.Root): Joi.NumberSchema {
  return joi.number().integer().min(1).max(longestSeconds);
}

/** How short a password may be, in characters: at least 8 beside a second factor (NIST SP 800-63B-4, 3.1.1.2). */
export function passwordLengthRule(joi: Joi.Root): Joi.NumberSchema {
  return joi.number().integer().min(8).max(128);
}

/** A number of points within a window that starts with the first one. */
export function limitRule(joi: Joi.Root): Joi.Schema {
  return joi.object({ points: joi.number().integer().min(1).required(), windowSeconds: secondsRule(joi).required() });
}
