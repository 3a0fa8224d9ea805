import { isEnrollmentError } from '../../../lib/base/error.js';
import type { Check } from '../../../lib/options/config.js';
import { parseOptions } from '../../../lib/options/config.js';
import type { Options } from '../../../lib/options/options.js';
import { inviteSignupFlow } from '../../../lib/flows/invite-signup.js';
import { memoryUsers, type MemoryUser } from '../../../lib/stores/memory/user-store.js';

export type Given = Options<MemoryUser, unknown, unknown, unknown>;

export const goodSecret = 'Wz7ePx0rTqkL4mVbN2cYhDfJ8sGaU5iQ';

/** The least that is accepted outside production. */
export function given(more: Partial<Given> = {}): Given {
  return {
    baseUrl: 'https://app.example/join',
    users: memoryUsers().users,
    login: () => ({}),
    flows: [inviteSignupFlow({ slug: 'invite', fields: ['username', 'password'] })],
    production: false,
    ...more,
  };
}

/** Every mistake that is found in options of any form; none for good ones. */
export function issuesOf(options: unknown, checks: readonly Check<Given>[] = []): readonly string[] {
  try {
    parseOptions(options as Given, checks);
    return [];
  } catch (error) {
    if (isEnrollmentError(error) && error.code === 'ERR_ENROLLMENT_CONFIG') return error.issues;
    throw error;
  }
}
