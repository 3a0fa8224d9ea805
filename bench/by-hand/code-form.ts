import type { Request } from 'express';
import type { CodeState } from './invite-codes.js';
import type { Field } from './pages.js';

export type Refused = Exclude<CodeState, 'open'>;

export const refusals: Record<Refused, string> = {
  wrong: 'This code is not valid.',
  expired: 'This code has expired.',
  'used up': 'This code has been used up.',
  slow: 'Too many wrong codes. Please wait a while.',
  gone: 'This signup was finished or has expired.',
};

export function codeFieldWith(typed: string, problem: string | undefined): Field {
  return {
    name: 'invite_code',
    label: 'Invite code',
    type: 'text',
    autocomplete: 'one-time-code',
    help: 'For example SPRING-2026',
    value: typed,
    ...(problem === undefined ? {} : { problem }),
  };
}

/** One field of the posted form, as text; empty when the form does not have it. */
export function postedText(req: Request): (name: string) => string {
  return (name) => {
    const body: unknown = req.body;
    if (typeof body !== 'object' || body === null || !Object.hasOwn(body, name)) return '';
    const value: unknown = Reflect.get(body, name);
    return typeof value === 'string' ? value : '';
  };
}
