import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { prototypeKeys } from '../../lib/base/prototype-keys.js';
import {
  createEnrollment,
  inviteSignupFlow,
  isEnrollmentError,
  text,
  type EnrollmentOptions,
  type MemoryUser,
} from '../../lib/index.js';
import { openTestApp } from '../support/http/test-app.js';

/** As a settings file would be read. */
const read = (json: string): never => JSON.parse(json) as never;

describe('a key named __proto__', () => {
  it('is found in records and lists at every depth, and no getter is called', () => {
    assert.deepEqual(prototypeKeys(read('{"a":[{"b":{"__proto__":{}}}],"__proto__":1}')), [
      'a.0.b.__proto__',
      '__proto__',
    ]);
    const loop: Record<string, unknown> = {};
    loop['self'] = loop;
    const trap = {
      get bad(): never {
        throw new Error('called');
      },
    };
    for (const harmless of [loop, trap, null, 'x', { __proto__: { a: 1 } }, new Map(), [1]])
      assert.deepEqual(prototypeKeys(harmless), []);
  });

  const issuesOf = (make: () => unknown): readonly string[] => {
    try {
      make();
      return [];
    } catch (error) {
      assert.ok(isEnrollmentError(error));
      return error.issues;
    }
  };

  for (const [option, json] of [
    ['csp', '{"__proto__":{"scriptSrc":["*"]}}'],
    ['brand', '{"name":"A","links":{"__proto__":{"terms":"javascript:x"}}}'],
    ['messages', '{"__proto__":{"form.submit":"x"}}'],
    ['messages', '{"de":{"__proto__":"x"}}'],
    ['ownMessages', '{"__proto__":"x"}'],
    ['classes', '{"__proto__":"x"}'],
    ['rateLimits', '{"__proto__":{}}'],
    ['webhooks', '[{"__proto__":{}}]'],
  ] as const) {
    it(`is refused in the option ${option}: ${json}`, () => {
      const issues = issuesOf(() =>
        createEnrollment<MemoryUser>({
          baseUrl: 'http://localhost:3000',
          logger: { info() {}, warn() {}, error() {} },
          [option]: read(json),
        } satisfies EnrollmentOptions<MemoryUser>),
      );
      assert.ok(
        issues.some((issue) => new RegExp(`^"${option}\\..*__proto__" is not allowed`).test(issue)),
        issues.join(),
      );
    });
  }

  it('is refused in the settings of flows and prompts', () => {
    const flow = () => inviteSignupFlow(read('{"slug":"invite","fields":["username"],"wording":{"__proto__":{}}}'));
    assert.match(issuesOf(flow).join(), /"wording\.__proto__" is not allowed/);
    assert.match(
      issuesOf(() => text(read('{"key":"a","label":"A","__proto__":{}}'))).join(),
      /"__proto__" is not allowed/,
    );
  });

  it('is refused in the data of an invitation', async () => {
    const app = await openTestApp();
    try {
      await assert.rejects(
        app.enrollment.invitations.create({ data: read('{"team":{"__proto__":{"admin":true}}}') }),
        /"data\.team\.__proto__" is not allowed/,
      );
    } finally {
      await app.close();
    }
  });
});
