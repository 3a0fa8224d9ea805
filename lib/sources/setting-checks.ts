import { identifierProblem } from '../base/text-problem.js';

export function issue(right: boolean, text: string): readonly string[] {
  return right ? [] : [text];
}

export function optional(value: unknown, isRight: (value: unknown) => boolean): boolean {
  return value === undefined || isRight(value);
}

export function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && value.length <= 2048;
}

export function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

export function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}

export function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every(isText);
}

/**
 * An identity is the source's slug, its issuer and a subject: without an issuer two servers under one slug would share
 * their users.
 */
export function issuerIssues(issuer: unknown): readonly string[] {
  return issue(
    isText(issuer) && identifierProblem(issuer) === null,
    '"issuer" must name who vouches for the people of this source, such as https://github.com',
  );
}

export function timeoutIssues(timeoutMs: unknown): readonly string[] {
  return issue(
    optional(timeoutMs, (value) => typeof value === 'number' && value >= 100 && value <= 30_000),
    '"timeoutMs" must be a number from 100 to 30000',
  );
}
