import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { Json } from '../../lib/base/json.js';
import type { Context } from '../../lib/flow/context.js';
import { definePolicy, type PolicyQuestion, type Verdict } from '../../lib/flow/policy.js';
import type { ConditionalAction, ConditionalDocument, ConditionNode } from '../../lib/policies.js';
import { conditionalPolicy } from '../../lib/policies/conditional.js';
import { openScene } from '../support/executor/scene.js';
import { question } from '../support/prompts/question.js';

const scene = openScene();
const at = question({}, scene);
const day = 86_400;

const profile = {
  ...{ id: 'u1', username: 'ann', email: 'ann@example.com', active: true, groups: ['staff', 'Readers'] },
  data: { role: 'guest', plan: 'free', attributes: { role: 'owner' } },
};

function asked(context: Context, address = '192.0.2.1'): PolicyQuestion {
  const profiles = { ...at.services.profiles, find: async () => profile };
  return {
    ...at,
    facts: { ...at.facts, user: 'u1', address, userAgent: 'Mozilla/5.0 (X11; Linux)' },
    services: { ...at.services, profiles },
    context,
    answers: {},
  };
}

const known: Context = {
  is_sso: true,
  source: 'acme',
  fixed_data: { team: 'red' },
  invitation: { id: 'i1', version: 1 },
  prompt_data: {
    email: 'Ann@Example.com',
    age: 41,
    text: '41',
    terms: true,
    site: 'https://example.com/a',
    born: '1985-04-12',
    joined: new Date(at.facts.now - 10 * day * 1000).toISOString(),
    tags: ['a', 'b'],
    attributes: { team: 'blue' },
    ip: '10.1.2.3',
    nothing: '',
  },
};

type Compare = Extract<ConditionNode, { readonly type: 'compare' }>;
const compare = (variable: string, operator: string, value?: Json, more: Partial<Compare> = {}): Compare => ({
  type: 'compare',
  variable,
  operator,
  ...(value === undefined ? {} : { value }),
  ...more,
});
const answer = (
  key: string,
  cast: Compare['cast'],
  operator: string,
  value?: Json,
  more: Partial<Compare> = {},
): Compare => compare('prompt_data', operator, value, { key, ...(cast === undefined ? {} : { cast }), ...more });
const documentOf = (...actions: readonly ConditionalAction[]): ConditionalDocument => ({ version: 2, actions });
const holding = (condition: ConditionNode): ConditionalDocument => documentOf({ type: 'condition', condition });

const verdict = async (document: ConditionalDocument, context = known, address?: string): Promise<Verdict> =>
  conditionalPolicy(document).check(asked(context, address));
const holds = async (condition: ConditionNode, address?: string): Promise<boolean> =>
  (await verdict(holding(condition), known, address)).pass;

describe('the operators of a conditional policy', () => {
  const rows: readonly (readonly [Compare, boolean])[] = [
    [answer('email', undefined, 'is_set'), true],
    [answer('missing', undefined, 'is_set'), false],
    [answer('missing', undefined, 'not_set'), true],
    [answer('email', 'string', 'eq', 'Ann@Example.com'), true],
    [answer('email', 'string', 'eq', 'ann@example.com'), false],
    [answer('email', 'string', 'eq', 'ann@example.com', { options: { case_sensitive: false } }), true],
    [answer('email', 'string', 'eq', 'Ann@Example.com', { options: { negate: true } }), false],
    [answer('email', 'string', 'ne', 'x'), true],
    [answer('email', 'string', 'in', ['x', 'Ann@Example.com']), true],
    [answer('email', 'string', 'not_in', ['x']), true],
    [answer('email', 'string', 'contains', '@Ex'), true],
    [answer('email', 'string', 'starts_with', 'Ann'), true],
    [answer('email', 'string', 'ends_with', '@example.com'), false],
    [answer('email', 'string', 'ends_with', '@EXAMPLE.com', { options: { case_sensitive: false } }), true],
    [answer('email', 'string', 'matches', '^A.*com$'), true],
    [answer('email', 'string', 'matches', '^a.*com$', { options: { case_sensitive: false } }), true],
    [answer('site', 'string', 'is_url'), true],
    [answer('email', 'string', 'is_url'), false],
    [answer('nothing', 'string', 'is_empty'), true],
    [answer('email', 'string', 'length_eq', 15), true],
    [answer('email', 'string', 'length_gt', 15), false],
    [answer('email', 'string', 'length_lt', 16), true],
    [answer('age', 'number', 'eq', 41), true],
    [answer('text', 'number', 'gte', 41), true],
    [answer('age', 'number', 'gt', 41), false],
    [answer('age', 'number', 'lt', 42), true],
    [answer('age', 'number', 'lte', 40), false],
    [answer('age', 'number', 'between', [18, 41]), true],
    [answer('terms', 'boolean', 'is_true'), true],
    [answer('terms', 'boolean', 'is_false'), false],
    [answer('born', 'datetime', 'lt', '2000-01-01'), true],
    [answer('born', 'datetime', 'eq', '1985-04-12T00:00:00Z'), true],
    [answer('born', 'datetime', 'between', ['1985-01-01', '1985-12-31']), true],
    [answer('joined', 'datetime', 'within_last', 11 * day), true],
    [answer('joined', 'datetime', 'within_last', 9 * day), false],
    [answer('joined', 'datetime', 'older_than', 9 * day), true],
    [answer('ip', 'ip', 'in_network', ['192.0.2.0/24', '10.0.0.0/8']), true],
    [answer('ip', 'ip', 'is_private'), true],
    [answer('ip', 'ip', 'is_global'), false],
    [answer('tags', 'list', 'has_item', 'a'), true],
    [answer('tags', 'list', 'has_any', ['x', 'b']), true],
    [answer('tags', 'list', 'has_all', ['a', 'x']), false],
    [answer('tags', 'list', 'length_eq', 2), true],
    [answer('attributes.team', 'string', 'eq', 'blue'), true],
    [compare('flow.slug', 'eq', at.flow.slug), true],
    [compare('flow.step', 'eq', 'account'), true],
    [compare('plan.is_sso', 'is_true'), true],
    [compare('plan.source', 'eq', 'acme'), true],
    [compare('plan.pending_user', 'is_true'), false],
    [compare('context', 'eq', 'acme', { key: 'source', cast: 'string' }), true],
    [compare('context', 'is_set', undefined, { key: 'password_hash' }), false],
    [compare('invitation.in_effect', 'is_true'), true],
    [compare('invitation.fixed_data', 'eq', 'red', { key: 'team', cast: 'string' }), true],
    [compare('account.email_taken', 'is_true'), false],
    [compare('user.authenticated', 'is_true'), true],
    [compare('user.email', 'ends_with', '@example.com'), true],
    [compare('user.groups', 'has_item', 'readers', { options: { case_sensitive: false } }), true],
    [compare('user.groups', 'has_item', 'readers'), false],
    [compare('request.address', 'in_network', '192.0.2.0/24'), true],
    [compare('user.attributes', 'eq', 'owner', { key: 'role', cast: 'string' }), true],
    [compare('user.attributes', 'eq', 'free', { key: 'plan', cast: 'string' }), true],
    [compare('user.attributes', 'is_set', undefined, { key: 'team' }), false],
    [compare('request.user_agent', 'contains', 'Linux'), true],
    [compare('request.now', 'within_last', 60), true],
    [compare('request.locale', 'eq', 'en'), true],
  ];
  for (const [node, result] of rows) {
    const { variable, key = '', operator, value } = node;
    it(`${variable} ${key} ${operator} ${JSON.stringify(value ?? '')}: ${String(result)}`, async () => {
      assert.equal(await holds(node), result);
    });
  }

  it('know addresses of both families, and the key of an IPv6 client', async () => {
    const inside = compare('request.address', 'in_network', '2001:db8::/32');
    assert.equal(await holds(inside, '2001:db8:1::/64'), true);
    assert.equal(await holds(inside, '192.0.2.1'), false);
    const global = compare('request.address', 'is_global');
    for (const [address, result] of [
      ['8.8.8.8', true],
      ['2606:4700::1111', true],
      ['127.0.0.1', false],
      ['100.64.0.1', false],
      ['fd00::1', false],
    ] as const)
      assert.equal(await holds(global, address), result, address);
  });
});

describe('where the client of a conditional policy is', () => {
  const dublin = { continent: 'EU', country: 'IE', city: 'Dublin', asn: 64496 };
  const among = (...conditions: readonly ConditionNode[]): ConditionalDocument =>
    holding({ type: 'group', mode: 'all', conditions });
  const european = among(
    compare('request.continent', 'eq', 'EU'),
    compare('request.country', 'in', ['DE', 'IE']),
    compare('request.city', 'eq', 'Dublin'),
    compare('request.asn', 'between', [64496, 64511]),
  );

  it('is looked up once for each check, by its address', async () => {
    const asking: string[] = [];
    const lookUp = async (address: string) => {
      asking.push(address);
      return dublin;
    };
    const policy = conditionalPolicy(european, { lookUp });
    assert.equal((await policy.check(asked({}, '192.0.2.9'))).pass, true);
    assert.deepEqual(asking, ['192.0.2.9']);
    assert.equal((await policy.check(asked({}, '198.51.100.1'))).pass, true);
    assert.deepEqual(asking, ['192.0.2.9', '198.51.100.1']);
    const elsewhere = conditionalPolicy(european, { lookUp: () => ({ ...dublin, country: 'FR' }) });
    assert.equal((await elsewhere.check(asked({}))).pass, false);
  });

  it('is no value where it is unknown, and no verdict where the look-up fails', async () => {
    const unknown = conditionalPolicy(european, { lookUp: () => null });
    assert.equal((await unknown.check(asked({}))).pass, false);
    const notSet = holding(compare('request.country', 'not_set'));
    assert.equal((await conditionalPolicy(notSet, { lookUp: () => ({ asn: 64496 }) }).check(asked({}))).pass, true);
    const failing = conditionalPolicy(european, { lookUp: () => Promise.reject(new Error('no database')) });
    await assert.rejects(async () => failing.check(asked({})), /no database/);
  });

  it('needs the setting lookUp', () => {
    assert.throws(
      () => conditionalPolicy(european),
      /actions\[0\]\.condition\.conditions\[3\]\.variable": 'request\.asn' needs the setting lookUp/,
    );
  });
});

describe('the actions of a conditional policy', () => {
  const yes = compare('plan.is_sso', 'is_true');
  const no = compare('plan.is_sso', 'is_false');

  it('pass when none stops, and fail with a condition’s message or the document’s', async () => {
    assert.equal((await verdict(holding(yes))).pass, true);
    const failing = documentOf({ type: 'condition', condition: no, message: 'No.' });
    assert.deepEqual((await verdict(failing)).messages, [{ id: 'literal', values: { text: 'No.' } }]);
    const plain = { ...holding(no), failure_message: 'Never.' };
    assert.deepEqual((await verdict(plain)).messages, [{ id: 'literal', values: { text: 'Never.' } }]);
    assert.deepEqual((await verdict(holding(no))).messages, [{ id: 'policy.denied' }]);
  });

  it('branch, stop and leave out what is not enabled', async () => {
    const branching = (condition: ConditionNode) =>
      documentOf(
        { type: 'stop', result: 'fail', enabled: false },
        {
          type: 'if',
          condition,
          then_actions: [{ type: 'stop', result: 'pass', message: 'Welcome.' }],
          else_actions: [{ type: 'stop', result: 'fail', message: 'Bye.' }],
        },
        { type: 'stop', result: 'fail' },
      );
    const passed = await verdict(branching(yes));
    assert.deepEqual([passed.pass, passed.messages?.[0]?.values], [true, { text: 'Welcome.' }]);
    const failed = await verdict(branching(no));
    assert.deepEqual([failed.pass, failed.messages?.[0]?.values], [false, { text: 'Bye.' }]);
  });

  it('set answers and the target as a patch, seen by later actions, without changing the context', async () => {
    const document = documentOf(
      { type: 'set', target: 'prompt_data', key: 'attributes.level', value: 3 },
      { type: 'set', target: 'prompt_data', key: 'attributes.origin', from: { variable: 'plan.source' } },
      { type: 'condition', condition: answer('attributes.level', 'number', 'eq', 3) },
      { type: 'set', target: 'redirect', value: '/welcome' },
    );
    const before = JSON.stringify(known);
    assert.deepEqual((await verdict(document)).patch, {
      prompt_data: { attributes: { level: 3, origin: 'acme' } },
      redirect: { path: '/welcome' },
    });
    assert.equal(JSON.stringify(known), before);
    const failing = documentOf(...document.actions, { type: 'stop', result: 'fail' });
    assert.equal((await verdict(failing)).patch, undefined);
  });

  it('join groups by all, any and none', async () => {
    for (const [mode, conditions, result] of [
      ['all', [yes, yes], true],
      ['all', [yes, no], false],
      ['any', [no, yes], true],
      ['any', [no, no], false],
      ['none', [no, no], true],
      ['none', [no, yes], false],
    ] as const)
      assert.equal(await holds({ type: 'group', mode, conditions }), result, mode);
  });

  it('fail where a variable has no value, or count the comparison as false', async () => {
    const condition = answer('missing', 'string', 'ne', 'x');
    const branch = documentOf({ type: 'if', condition, else_actions: [{ type: 'stop', result: 'pass' }] });
    assert.equal((await verdict(branch)).pass, false);
    assert.equal((await verdict({ ...branch, missing_behavior: 'false' })).pass, true);
  });

  it('have no verdict where a value cannot be read as the type', async () => {
    for (const node of [
      answer('email', 'number', 'eq', 1),
      answer('email', 'datetime', 'lt', '2000-01-01'),
      answer('tags', 'string', 'eq', 'a'),
      answer('email', 'ip', 'in_network', '10.0.0.0/8', { options: { negate: true } }),
      answer('email', 'ip', 'is_private', undefined, { options: { negate: true } }),
      answer('email', 'ip', 'is_global', undefined, { options: { negate: true } }),
      answer('attributes', 'list', 'has_item', 'admin', { options: { negate: true } }),
      answer('age', 'list', 'has_any', ['41'], { options: { negate: true } }),
    ])
      await assert.rejects(async () => holds(node));
    const long = holding(answer('t', 'string', 'matches', '(a+)+$'));
    await assert.rejects(async () => verdict(long, { prompt_data: { t: 'a'.repeat(5000) } }));
  });

  it('ask other policies, at most ten deep', async () => {
    const red = definePolicy({ name: 'red', check: ({ context }) => context.source === 'acme' });
    const asking = (policy: string, negate = false) => holding({ type: 'policy', policy, negate });
    assert.equal((await conditionalPolicy(asking('red'), { policies: { red } }).check(asked(known))).pass, true);
    assert.equal((await conditionalPolicy(asking('red', true), { policies: { red } }).check(asked(known))).pass, false);
    let deep = conditionalPolicy(holding(yes));
    for (let depth = 2; depth <= 10; depth += 1) deep = conditionalPolicy(asking('deep'), { policies: { deep } });
    assert.equal((await deep.check(asked(known))).pass, true);
    assert.throws(() => conditionalPolicy(asking('deep'), { policies: { deep } }), /at most 10 deep/);
  });
});

describe('the check of a conditional policy', () => {
  const issuesOf = (document: unknown): readonly string[] => {
    try {
      conditionalPolicy(document as ConditionalDocument);
      return [];
    } catch (error) {
      return (error as { readonly issues: readonly string[] }).issues;
    }
  };
  const condition = (node: object): object => ({ version: 2, actions: [{ type: 'condition', condition: node }] });
  const rows: readonly (readonly [string, unknown, RegExp])[] = [
    ['no document', null, /must be/],
    ['another version', { ...holding(compare('plan.is_sso', 'is_true')), version: 1 }, /"version" must be \[2\]/],
    ['no actions', { version: 2, actions: [] }, /"actions" must contain at least 1/],
    ['an unknown kind of action', { version: 2, actions: [{ type: 'wait' }] }, /"actions\[0\]\.type" must be one of/],
    ['an unknown setting', { version: 2, actions: [{ type: 'stop', result: 'pass', mesage: 'x' }] }, /mesage.*message/],
    [
      'an unknown variable',
      condition(compare('user.emial', 'eq', 'x')),
      /condition\.variable.*did you mean .user\.email/,
    ],
    ['an unknown operator', condition(compare('user.email', 'equals', 'x')), /condition\.operator.*no operator/],
    [
      'an operator of another type',
      condition(compare('user.email', 'gt', 1)),
      /gt compares number, datetime, not string/,
    ],
    ['a missing cast', condition(answer('age', undefined, 'eq', 1)), /condition\.cast" is required/],
    [
      'a missing key',
      condition(compare('prompt_data', 'eq', 'x', { cast: 'string' })),
      /condition\.key" must be the key/,
    ],
    ['a key of a prototype', condition(answer('__proto__', 'string', 'eq', 'x')), /must be the key/],
    ['a needless key', condition(compare('user.id', 'eq', 'x', { key: 'a' })), /takes no key/],
    ['a missing value', condition(compare('user.id', 'eq')), /needs a value/],
    ['a number for a text', condition(compare('user.id', 'ne', 7)), /value": must be string/],
    ['a text for a number', condition(answer('age', 'number', 'ne', '41')), /value": must be number/],
    ['texts for numbers', condition(answer('age', 'number', 'between', ['1', '9'])), /must be a list of number/],
    ['a number among texts', condition(answer('t', 'string', 'not_in', ['a', 7])), /must be a list of string/],
    ['a text for a time', condition(answer('born', 'datetime', 'ne', 'soon')), /value": must be datetime/],
    ['a needless value', condition(compare('plan.is_sso', 'is_true', 1)), /takes no value/],
    ['a wrong network', condition(compare('request.address', 'in_network', '10.0.0.0/64')), /not a network/],
    ['a pattern with look-ahead', condition(compare('user.id', 'matches', '(?=a)')), /Perl syntax/],
    ['a pattern that is too long', condition(compare('user.id', 'matches', 'a'.repeat(257))), /at most 256/],
    ['an unknown policy', condition({ type: 'policy', policy: 'red' }), /no policy 'red'/],
    [
      'a set of two values',
      {
        version: 2,
        actions: [{ type: 'set', target: 'prompt_data', key: 'a', value: 1, from: { variable: 'user.id' } }],
      },
      /conflict/,
    ],
    [
      'a target elsewhere',
      { version: 2, actions: [{ type: 'set', target: 'redirect', value: 'https://evil.example' }] },
      /must be a path of the app/,
    ],
    [
      'another target',
      { version: 2, actions: [{ type: 'set', target: 'password_hash', value: 'x' }] },
      /target" must be one of/,
    ],
  ];
  for (const [title, document, issue] of rows)
    it(`reports ${title}`, () => {
      assert.match(issuesOf(document).join('\n'), issue);
    });

  it('reports all mistakes at once, with their paths', () => {
    const issues = issuesOf({
      version: 2,
      actions: [
        {
          type: 'if',
          condition: { type: 'group', mode: 'all', conditions: [compare('user.id', 'eq'), compare('user.x', 'eq', 1)] },
          then_actions: [{ type: 'condition', condition: { type: 'policy', policy: 'red' } }],
        },
      ],
    });
    assert.deepEqual(
      ['conditions[0].value', 'conditions[1].variable', 'then_actions[0].condition.policy'].map((path) =>
        issues.some((issue) => issue.includes(path)),
      ),
      [true, true, true],
      issues.join('\n'),
    );
  });

  it('limits depth and number of nodes', () => {
    let deep: object = compare('plan.is_sso', 'is_true');
    for (let depth = 0; depth < 10; depth += 1) deep = { type: 'group', mode: 'all', conditions: [deep] };
    assert.match(issuesOf(condition(deep)).join(), /deeper than 10/);
    let endless: object = compare('plan.is_sso', 'is_true');
    for (let depth = 0; depth < 20_000; depth += 1) endless = { type: 'group', mode: 'all', conditions: [endless] };
    assert.match(issuesOf(condition(endless)).join(), /deeper than 10/);
    const wide = Array.from({ length: 200 }, () => compare('plan.is_sso', 'is_true'));
    assert.match(issuesOf(condition({ type: 'group', mode: 'any', conditions: wide })).join(), /more than 200/);
  });

  it('takes any JSON without an unexpected error', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.jsonValue({ maxDepth: 3 }), (document, part) => {
        for (const given of [document, { version: 2, actions: [part] }, condition(part as object)])
          for (const issue of issuesOf(given)) assert.equal(typeof issue, 'string');
      }),
      { numRuns: 60 },
    );
  });
});
