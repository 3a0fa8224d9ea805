import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { checkFlows } from '../../lib/flow/check-flow.js';
import { defineFlow, type Flow, type FlowSpec } from '../../lib/flow/flow.js';
import { definePolicy } from '../../lib/flow/policy.js';
import { inviteCode } from '../../lib/policies/invite-code.js';
import { inviteCodePrompt } from '../../lib/prompts/invite-code.js';
import { password } from '../../lib/prompts/password.js';
import { hidden } from '../../lib/prompts/hidden.js';
import { text } from '../../lib/prompts/text.js';
import { username } from '../../lib/prompts/username.js';
import { deny } from '../../lib/stages/deny.js';
import { promptStage } from '../../lib/stages/prompt.js';
import { userLogin } from '../../lib/stages/user-login.js';
import { userWrite } from '../../lib/stages/user-write.js';

const ask = (key: string) => text({ key, label: key || 'No key' });
const yes = definePolicy({ name: 'yes', check: () => true });
const code = promptStage({ name: 'code', prompts: [inviteCodePrompt()], validation: [inviteCode()] });
const account = promptStage({ name: 'account', prompts: [username({ key: 'username', label: 'Username' })] });
const write = userWrite({ name: 'write' });
const login = userLogin({ name: 'login' });
const good: FlowSpec = {
  slug: 'join',
  title: 'Join',
  designation: 'enrollment',
  stages: [code, account, write, login],
};

const flow = (more: Record<string, unknown> = {}): Flow => defineFlow({ ...good, ...more });
const invited = { registration: 'invite-only' } as const;

/** A flow with a different account page. */
const asking = (...prompts: Parameters<typeof promptStage>[0]['prompts']) => ({
  stages: [
    code,
    promptStage({ name: 'account', prompts }),
    userWrite({ name: 'write', attributes: prompts.map(({ key }) => key) }),
    login,
  ],
});
/** A flow with a different code page. */
const gatedBy = (prompt: Parameters<typeof promptStage>[0]['prompts'][number]) => ({
  stages: [
    promptStage({ name: 'code', prompts: [prompt], validation: [inviteCode({ field: prompt.key })] }),
    account,
    write,
    login,
  ],
});
const ignored = (key: string): string =>
  `flows.join.code: the prompt '${key}' ignores the code of a link; ask it by inviteCodePrompt(), or set entryLink: true`;
const validated = (more: object) => ({
  stages: [
    code,
    promptStage({ name: 'account', prompts: [ask('username')], validation: [{ ...yes, ...more }] }),
    write,
    login,
  ],
});
const bound = (more: object) => ({ stages: [code, { stage: account, policies: [yes], ...more }, write, login] });

/** Each mistake alone. */
const mistakes: readonly (readonly [title: string, flow: Record<string, unknown>, ...issues: string[]])[] = [
  ['a slug with blanks', { slug: 'jo in' }, "flows.jo in: a slug has 1 to 50 letters, digits, '-' and '_'"],
  ['no slug', { slug: '' }, "flows.: a slug has 1 to 50 letters, digits, '-' and '_'"],
  [
    'a slug of 51 letters',
    { slug: 'x'.repeat(51) },
    `flows.${'x'.repeat(51)}: a slug has 1 to 50 letters, digits, '-' and '_'`,
  ],
  ['F22: a prompt for the code that ignores a link', gatedBy(ask('invite_code')), ignored('invite_code')],
  [
    'F22: a prompt that never shows what it holds',
    gatedBy(password({ key: 'ticket', label: 'Ticket', entryLink: true, repeats: true })),
    ignored('ticket'),
  ],
  [
    'an unknown designation',
    { designation: 'signup' },
    "flows.join.designation: 'signup' is not one of authentication, authorization, invalidation, enrollment, unenrollment, recovery, stage_configuration",
  ],
  [
    'an unknown requirement',
    { authentication: 'all' },
    "flows.join.authentication: 'all' is not one of none, require_authenticated, require_unauthenticated, require_redirect, require_token",
  ],
  [
    'an unknown denied action',
    { deniedAction: 'ban' },
    "flows.join.deniedAction: 'ban' is not one of message_continue, message, continue",
  ],
  [
    'a layout outside its folder',
    { layout: '../secrets' },
    "flows.join.layout: '../secrets' is not the name of a layout",
  ],
  ...[
    'home',
    '',
    '//evil.example',
    'https://evil.example',
    '/\\evil.example',
    '/a b',
    '/\u0000',
    '/.//evil.example',
  ].map(
    (target) =>
      [
        `the target ${JSON.stringify(target)}`,
        { target },
        `flows.join.target: '${target}' is not a path of the app`,
      ] as const,
  ),
  ['no stages', { stages: [] }, 'flows.join.stages: a flow needs at least one stage'],
  [
    'an order given twice',
    { stages: [code, { stage: account, order: 15 }, { stage: write, order: 15 }, login] },
    'flows.join.stages: the order 15 is given twice',
  ],
  [
    'an order between orders',
    { stages: [code, { stage: account, order: 15.5 }, write, login] },
    'flows.join.stages: the order 15.5 is not a whole number',
  ],
  [
    'a stage bound twice',
    { stages: [code, account, { stage: account, order: 25 }, write, login] },
    "flows.join.stages: the stage bound as 'account' is bound twice: each of its bindings needs a key of its own",
  ],
  [
    'a key used twice',
    { stages: [code, account, { stage: deny({ name: 'no' }), key: 'account', policies: [yes] }, write, login] },
    "flows.join.stages: the key 'account' is used twice",
  ],
  [
    'an insertable key used already',
    { insertable: [{ stage: deny({ name: 'no' }), key: 'account' }] },
    "flows.join.stages: the key 'account' is used twice",
  ],
  [
    'an insertable stage that is bound already',
    { insertable: [account] },
    "flows.join.stages: the stage bound as 'account' is bound twice: each of its bindings needs a key of its own",
  ],
  [
    'two stages with one name',
    { stages: [code, account, { stage: deny({ name: 'account' }), key: 'no', policies: [yes] }, write, login] },
    "flows.join.stages: two stages are named 'account'",
  ],
  [
    'a key with a dot',
    { stages: [{ stage: code, key: 'a.b' }, account, write, login] },
    "flows.join.stages: 'a.b' is not a key of 1 to 50 letters, digits, '-' and '_'",
  ],
  [
    'a key named after a prototype',
    { stages: [{ stage: code, key: 'constructor' }, account, write, login] },
    "flows.join.stages: 'constructor' is not a key of 1 to 50 letters, digits, '-' and '_'",
  ],
  [
    'an unknown response action',
    bound({ invalidResponseAction: 'again' }),
    "flows.join.account.invalidResponseAction: 'again' is not one of retry, restart, restart_with_context",
  ],
  [
    'T2: several policies of a flow without a mode',
    { policies: [yes, yes] },
    "flows.join.policies: 2 policies need mode: 'any' or mode: 'all'",
  ],
  [
    'T2: several policies of a stage without a mode',
    bound({ policies: [yes, { policy: yes, enabled: false }] }),
    "flows.join.account.policies: 2 policies need mode: 'any' or mode: 'all'",
  ],
  [
    'an unknown mode',
    { policies: [yes, yes], mode: 'ALL' },
    `flows.join.mode: 'ALL' is not one of any, all; did you mean "all"?`,
  ],
  ['an unknown mode of a stage', bound({ mode: 'both' }), "flows.join.account.mode: 'both' is not one of any, all"],
  ...[0, -1, 301, Number.NaN].map(
    (timeoutSeconds) =>
      [
        `a time-out of ${timeoutSeconds}`,
        { policies: [{ policy: yes, timeoutSeconds }] },
        'flows.join.policies.yes: timeoutSeconds must be above 0 and at most 300',
      ] as const,
  ),
  [
    'a time-out of a stage’s policy',
    bound({ policies: [{ policy: yes, timeoutSeconds: 0 }] }),
    'flows.join.account.policies.yes: timeoutSeconds must be above 0 and at most 300',
  ],
  [
    'policies that are never asked',
    bound({ reEvaluatePolicies: false }),
    'flows.join.account.policies: with evaluateOnPlan and reEvaluatePolicies both false they would never run',
  ],
  [
    'T1: a policy that could leave out the gate',
    { stages: [{ stage: code, policies: [yes] }, account, write, login] },
    'flows.join.code.policies: a policy here could leave out the gate; bind it to the flow or to a deny stage',
  ],
  [
    'a stage without a name',
    { stages: [code, account, { stage: deny({ name: '' }), key: 'no', policies: [yes] }, write, login] },
    'flows.join.no: a stage needs a name',
  ],
  [
    'a page without a field',
    { stages: [code, account, promptStage({ name: 'empty', prompts: [] }), write, login] },
    'flows.join.empty: a prompt stage needs at least one prompt that is asked',
  ],
  [
    'a page of hidden fields',
    {
      stages: [
        code,
        account,
        promptStage({ name: 'unseen', prompts: [hidden({ key: 'name', label: '' })] }),
        write,
        login,
      ],
    },
    'flows.join.unseen: a prompt stage needs at least one prompt that is asked',
  ],
  [
    'a field twice',
    asking(ask('username'), ask('username')),
    "flows.join.account: the field 'username' is there twice",
  ],
  [
    'a field asked and hidden',
    asking(ask('username'), hidden({ key: 'username', label: '' })),
    "flows.join.account: the field 'username' is there twice",
  ],
  ...['__proto__', 'a.constructor', 'prototype', '7up', 'a b', 'a..b', '.a', 'a[0]', ''].map(
    (key) =>
      [
        `the field '${key}'`,
        asking(ask('username'), ask(key)),
        `flows.join.account: '${key}' cannot be the key of a field`,
      ] as const,
  ),
  [
    'a hidden field named after a prototype',
    asking(ask('username'), hidden({ key: '__proto__', label: '' })),
    "flows.join.account: '__proto__' cannot be the key of a field",
  ],
  [
    'a field of 101 letters',
    asking(ask('username'), ask('x'.repeat(101))),
    `flows.join.account: '${'x'.repeat(101)}' cannot be the key of a field`,
  ],
  [
    'a field that is a group too',
    asking(ask('username'), ask('attributes'), ask('attributes.team')),
    "flows.join.account: 'attributes' is both a field and a group of fields",
  ],
  [
    'a policy that reads a field the page does not ask',
    validated({ fields: ['pass'] }),
    "flows.join.account.validation: the policy 'yes' reads 'pass', which the stage does not ask",
  ],
  [
    'a policy that uses up a field the page does not ask',
    validated({ consumes: ['pass'], fields: ['pass'] }),
    "flows.join.account.validation: the policy 'yes' reads 'pass', which the stage does not ask",
  ],
  [
    'F11: an enrollment flow that makes no account',
    { stages: [code, login] },
    'flows.join: no stage of this enrollment flow makes an account; add userWrite()',
    "flows.join.login: no earlier stage writes 'pending_user', which user_login needs; put one before it that proves who the visitor is, or set providedContext: ['pending_user'] where a link or another flow brings the user",
  ],
  [
    'F11: an authentication flow that signs no user in',
    { designation: 'authentication', stages: [deny({ name: 'no' })] },
    'flows.join: no stage of this authentication flow signs a user in; add userLogin()',
  ],
  [
    'F11: a hidden answer that no stage writes',
    {
      stages: [
        code,
        promptStage({
          name: 'account',
          prompts: [ask('username'), hidden({ key: 'plan', label: '', initial: 'free' })],
        }),
        write,
        login,
      ],
    },
    "flows.join.account: no stage writes the answer to 'plan'; name it in userWrite's attributes",
  ],
  [
    'F11: a misspelt designation',
    { designation: 'enrolment' },
    'flows.join.designation: \'enrolment\' is not one of authentication, authorization, invalidation, enrollment, unenrollment, recovery, stage_configuration; did you mean "enrollment"?',
  ],
  [
    'an answer that no stage writes',
    { stages: [code, promptStage({ name: 'account', prompts: [ask('username'), ask('team')] }), write, login] },
    "flows.join.account: no stage writes the answer to 'team'; name it in userWrite's attributes",
  ],
  [
    'an answer that comes after the write',
    { stages: [code, account, write, promptStage({ name: 'late', prompts: [ask('name')] }), login] },
    "flows.join.late: no stage writes the answer to 'name'; name it in userWrite's attributes",
  ],
  [
    'an inserted answer that no stage writes',
    { insertable: [promptStage({ name: 'extra', prompts: [ask('team')] })] },
    "flows.join.extra: no stage writes the answer to 'team'; name it in userWrite's attributes",
  ],
  [
    'a stage that needs what no stage wrote',
    { stages: [code, account, login, write] },
    "flows.join.login: no earlier stage writes 'pending_user', which user_login needs; put one before it that proves who the visitor is, or set providedContext: ['pending_user'] where a link or another flow brings the user",
  ],
  [
    'a write without answers',
    { stages: [write], authentication: 'none' },
    "flows.join.write: no earlier stage writes 'prompt_data', which user_write needs",
    "flows.join.write: no gate comes before this stage, which makes accounts; put inviteCode() on an earlier prompt stage or set registration: 'open'",
  ],
  [
    'a write without a gate before it',
    { stages: [account, write, login] },
    "flows.join.write: no gate comes before this stage, which makes accounts; put inviteCode() on an earlier prompt stage or set registration: 'open'",
  ],
  [
    'a write before its gate',
    { stages: [account, write, code, login] },
    "flows.join.write: no gate comes before this stage, which makes accounts; put inviteCode() on an earlier prompt stage or set registration: 'open'",
  ],
];

describe('checkFlows', () => {
  it('accepts a valid flow', () => {
    assert.deepEqual(checkFlows([flow(), flow({ slug: 'other' })], invited), []);
    assert.deepEqual(
      checkFlows(
        [
          flow({
            policies: [yes, yes],
            mode: 'any',
            insertable: [promptStage({ name: 'extra', prompts: [ask('name')] })],
          }),
        ],
        invited,
      ),
      [],
    );
    assert.deepEqual(
      checkFlows(
        [
          flow({
            stages: [
              code,
              account,
              {
                stage: deny({ name: 'no' }),
                policies: [yes, { policy: yes, negate: true }],
                mode: 'all',
                evaluateOnPlan: true,
              },
              write,
              login,
            ],
          }),
        ],
        invited,
      ),
      [],
    );
  });

  describe('each mistake has its own message, with its path', () => {
    for (const [title, more, ...issues] of mistakes)
      it(title, () => assert.deepEqual(checkFlows([flow(more)], invited), issues));
  });

  it('all mistakes of all flows are reported at once', () => {
    const all = mistakes.map(([, more]) => flow(more));
    const alone = mistakes.flatMap(([, , ...issues]) => issues);
    assert.deepEqual(checkFlows(all, invited), ["flows: the slug 'join' is used twice", ...alone]);
    const many = flow({
      slug: 'a b',
      designation: 'x',
      target: 'y',
      layout: 'Z',
      policies: [yes, yes],
      stages: [
        { stage: write, order: 1 },
        { stage: promptStage({ name: 'account', prompts: [ask('a.b'), ask('a')] }), order: 1 },
      ],
    });
    assert.equal(checkFlows([many], invited).length, 11);
  });

  it('open registration needs no gate', () => {
    assert.deepEqual(checkFlows([flow({ stages: [account, write, login] })], { registration: 'open' }), []);
  });

  it('keys that a policy writes count as written', () => {
    const naming = definePolicy({ name: 'naming', writes: ['pending_user'], check: () => true });
    assert.deepEqual(
      checkFlows(
        [flow({ designation: 'authentication', stages: [{ stage: deny({ name: 'no' }), policies: [naming] }, login] })],
        invited,
      ),
      [],
    );
  });
});
