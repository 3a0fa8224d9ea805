import express, { type Request } from 'express';
import { isEnrollmentError } from '../../../lib/base/error.js';
import type { Check } from '../../../lib/options/checks.js';
import { parseOptions } from '../../../lib/options/config.js';
import type { EnrollmentOptions } from '../../../lib/options/options.js';
import type { JsonObject } from '../../../lib/base/json.js';
import { sessionLogin } from '../../../lib/http/login/session-login.js';
import { inviteSignupFlow } from '../../../lib/flows/invite-signup.js';
import { memoryUsers, type MemoryUser } from '../../../lib/stores/memory/user-store.js';

export type Given = EnrollmentOptions<MemoryUser>;

/** A request as Express creates it; no test reads it. */
export const request: Request = Object.create(express.request);

export const goodSecret = 'Wz7ePx0rTqkL4mVbN2cYhDfJ8sGaU5iQ';

/** The minimum that is accepted outside production. */
export function given(more: Partial<Given> = {}): Given {
  return {
    baseUrl: 'https://app.example/join',
    users: memoryUsers().users,
    login: sessionLogin(),
    flows: [inviteSignupFlow({ slug: 'invite', fields: ['username', 'password'] })],
    production: false,
    ...more,
  };
}

/** Every mistake found in options of any form; none for valid ones. */
export function issuesOf(options: unknown, checks: readonly Check<MemoryUser, JsonObject>[] = []): readonly string[] {
  try {
    parseOptions(options as Given, checks);
    return [];
  } catch (error) {
    if (isEnrollmentError(error) && error.code === 'ERR_ENROLLMENT_CONFIG') return error.issues;
    throw error;
  }
}
