import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isEnrollmentError } from '../../lib/base/error.js';
import * as main from '../../lib/index.js';
import * as sql from '../../lib/sql.js';

const kit = { ...main, ...sql };

/** What plain JavaScript may pass and TypeScript refuses. */
const anything = (value: unknown): never => value as never;
const baseUrl = 'http://localhost:3000/join';
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

const created = (options: object): unknown => kit.createEnrollment({ baseUrl, logger: log, ...options });

const mistakes: readonly (readonly [title: string, make: () => unknown, ...issues: RegExp[]])[] = [
  [
    'a stage that is undefined, and one without its parentheses',
    () =>
      kit.defineFlow({
        slug: 'way',
        title: 'Way',
        designation: 'enrollment',
        stages: anything([undefined, kit.userLogin, { stage: undefined }]),
      }),
    /^defineFlow 'way': "stages\[0\]" is undefined/,
    /"stages\[1\]" is a function: call it, as in userLogin/,
    /"stages\[2\]/,
  ],
  [
    'a field of an unknown name',
    () => kit.inviteSignupFlow({ slug: 'invite', fields: anything(['user', 'emial', kit.text]) }),
    /^inviteSignupFlow 'invite': "fields\[0\]" must be one of .*; did you mean "username"\?$/,
    /"fields\[1\]" .*; did you mean "email"\?$/,
    /"fields\[2\]" is a function: call it/,
  ],
  [
    'fields that are no list',
    () => kit.inviteSignupFlow({ slug: 'invite', fields: anything('username') }),
    /"fields" must be an array/,
  ],
  [
    'settings of flows, with the one that was meant',
    () => kit.signInFlow(anything({ slug: 'in', staySignedIn: 60, userField: ['email'], link: {} })),
    /"staySignedIn" is not allowed; did you mean "staySignedInSeconds"\?$/,
    /"userField" is not allowed; did you mean "userFields"\?$/,
    /"link" is not allowed; did you mean "links"\?$/,
  ],
  [
    'links of unknown names',
    () => kit.signInFlow(anything({ slug: 'in', links: { enrolment: 'invite' } })),
    /"links\.enrolment" is not allowed; did you mean "enrollment"\?$/,
  ],
  ['no settings at all', () => kit.signInFlow(anything(undefined)), /^signInFlow: "settings" is required$/],
  [
    'a setting of a policy binding',
    () =>
      kit.defineFlow({
        slug: 'way',
        title: 'Way',
        designation: 'authorization',
        policies: anything([{ policy: kit.ifSso(), failureResults: true }, kit.ifSso]),
        stages: [],
      }),
    /"policies\[0\]\.failureResults" is not allowed; did you mean "failureResult"\?$/,
    /"policies\[1\]" is a function: call it/,
  ],
  [
    'validation that is misspelt, or no policy',
    () => kit.promptStage(anything({ name: 'page', prompts: [kit.text], validations: [] })),
    /^prompt stage 'page': "prompts\[0\]" is a function/,
    /"validations" is not allowed; did you mean "validation"\?$/,
  ],
  [
    'a prompt',
    () => kit.username(anything({ key: 'u', label: 'U', requird: false })),
    /^username prompt 'u': "requird" .*"required"\?$/,
  ],
  ...['enrollment_step', 'ENROLLMENT_anything'].map(
    (key) => [`a prompt of the key ${key}`, () => kit.text({ key, label: 'X' }), /"key" is reserved/] as const,
  ),
  ['a login setting', () => kit.sessionLogin(anything({ carries: ['cart'] })), /^sessionLogin: "carries" .*"carry"\?$/],
  [
    'a policy without a check',
    () => kit.definePolicy(anything({ name: 'p' })),
    /^definePolicy 'p': "check" is required$/,
  ],
  [
    'a duration that is none',
    () => kit.userLogin(anything({ name: 'in', rememberSeconds: '14d' })),
    /"rememberSeconds" must be a number/,
  ],
  [
    'another pool',
    () => kit.postgresUsers(anything('postgres://localhost')),
    /postgresUsers: the pool must be a Pool of pg/,
  ],
  [
    'no query function',
    () => kit.sqlConnections(anything({})),
    /sqlConnections: the first argument must be a function/,
  ],
  [
    'an option of createEnrollment',
    () => created({ secrets: 'x', onEnroled: () => undefined }),
    /^"secrets" is not allowed; did you mean "secret"\?$/,
    /^"onEnroled" is not allowed; did you mean "onEnrolled"\?$/,
  ],
  [
    'a login without its parentheses',
    () => created({ login: kit.sessionLogin }),
    /^"login" is sessionLogin itself: call it, as in login: sessionLogin\(\)$/,
  ],
];

describe('a wrong kind of setting', () => {
  for (const [title, make, ...issues] of mistakes) {
    it(`F11: is reported at once, with its path: ${title}`, () => {
      assert.throws(make, (error) => {
        assert.ok(isEnrollmentError(error), String(error));
        assert.equal(error.code, 'ERR_ENROLLMENT_CONFIG');
        assert.equal(error.issues.length, issues.length, error.message);
        issues.forEach((issue, at) => assert.match(error.issues[at] ?? '', issue));
        return true;
      });
    });
  }

  it('F11: settings of a custom stage are validated if it has rules for them', () => {
    const box = kit.defineSilentStage<{ readonly color?: string }>({
      kind: 'box',
      hasSideEffects: false,
      settings: (joi) => ({ color: joi.string().valid('red', 'blue') }),
      run: () => Promise.resolve({ type: 'completed' }),
    });
    box({ name: 'box', color: 'red' });
    assert.throws(
      () => box(anything({ name: 'box', colour: 'red' })),
      /box stage 'box': "colour" .*did you mean "color"\?/,
    );
    assert.throws(() => box({ name: 'box', color: 'blu' }), /"color" must be one of .*did you mean "blue"\?/);
  });

  it('F32: a whole store in place of one of its parts is reported as one mistake', () => {
    const store = kit.memoryUsers();
    for (const option of ['users', 'redemptions']) {
      assert.throws(
        () => created({ [option]: store }),
        (error) => {
          assert.ok(isEnrollmentError(error));
          assert.deepEqual(error.issues, [
            `"${option}" is a whole store: give its parts, as in users: store.users, redemptions: store.redemptions`,
          ]);
          return true;
        },
      );
    }
  });

  it('F32: a store that was passed without being called is reported', () => {
    assert.throws(() => created({ users: kit.memoryUsers }), /"users" .*not a function: call it/);
  });
});
