import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isEnrollmentError } from '../../lib/base/error.js';
import { createEnrollment } from '../../lib/enrollment.js';
import type { EnrollmentOptions } from '../../lib/options/options.js';
import { inviteSignupFlow } from '../../lib/flows/invite-signup.js';
import { sessionLogin } from '../../lib/http/login/session-login.js';
import { text } from '../../lib/prompts/text.js';
import { memoryUsers, type MemoryUser } from '../../lib/stores/memory/user-store.js';

describe('createEnrollment', () => {
  it('reports mistakes in options, production, flows, seeds, texts and views at once', () => {
    const flow = {
      ...inviteSignupFlow({ slug: 'in vite', fields: ['username', text({ key: 'a b', label: 'x' })] }),
      layout: 'nowhere',
    };
    const options = {
      baseUrl: 'http://app.example/join',
      secret: 'canary-of-20-letters',
      users: memoryUsers().users,
      login: sessionLogin(),
      production: true,
      flows: [flow],
      seed: [{ customCode: 'X' }],
      messages: { 'form.submitt': 'x' },
      odd: 1,
    } as unknown as EnrollmentOptions<MemoryUser>;
    const expected = [
      /^"secret" has fewer than 32 characters/,
      /^"odd" is not allowed$/,
      /^"redis" is required in production/,
      /^"baseUrl" must be https in production$/,
      /^flows\.in vite: a slug has/,
      /^flows\.in vite\.account: 'a b' cannot be the key of a field$/,
      /^seed\[0\]: "customCode" /,
      /^"?form\.submitt/,
      /^flows\.in vite\.layout: there is no view 'layouts\/nowhere\.ejs'$/,
    ];
    assert.throws(
      () => createEnrollment(options),
      (error) => {
        assert.ok(isEnrollmentError(error) && error.code === 'ERR_ENROLLMENT_CONFIG');
        for (const pattern of expected)
          assert.ok(
            error.issues.some((issue) => pattern.test(issue)),
            `${String(pattern)} in\n${error.issues.join('\n')}`,
          );
        return !error.message.includes('canary');
      },
    );
  });

  it('reports what is missing, and nothing else, without options', () => {
    for (const nothing of [undefined, {}] as unknown as EnrollmentOptions<MemoryUser>[]) {
      assert.throws(
        () => createEnrollment(nothing),
        (error) => isEnrollmentError(error) && error.issues.every((issue) => issue.endsWith('is required')),
      );
    }
  });
});
