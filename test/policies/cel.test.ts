import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { Secret } from '../../lib/base/secret.js';
import type { Context } from '../../lib/flow/context.js';
import type { Answers, PolicyQuestion } from '../../lib/flow/policy.js';
import { celPolicy } from '../../lib/policies/cel.js';
import { openScene } from '../support/executor/scene.js';
import { question } from '../support/prompts/question.js';

const scene = openScene();
const at = question({}, scene);

const profile = { id: 'u1', username: 'ann', email: 'ann@example.com', active: true, groups: ['staff'] };

function asked(context: Context = {}, answers: Answers = {}): PolicyQuestion {
  const profiles = { ...at.services.profiles, find: async () => profile };
  return { ...at, facts: { ...at.facts, user: 'u1' }, services: { ...at.services, profiles }, context, answers };
}

const result = async (expression: string, context?: Context, answers?: Answers): Promise<boolean> =>
  (await celPolicy(expression).check(asked(context, answers))).pass;

/** The mistakes of an expression, without the name of the factory. */
function mistakesIn(expression: string): readonly string[] {
  try {
    celPolicy(expression);
    return [];
  } catch (error) {
    const { issues } = error as { readonly issues: readonly string[] };
    return issues.map((issue) => issue.replace('celPolicy: ', ''));
  }
}

const context: Context = {
  prompt_data: { team: 'red', age: 41, ratio: 0.5, tags: ['a', 'b'], attributes: { level: 3, city: 'Bandung' } },
  is_sso: true,
  source: 'acme',
  fixed_data: { email: 'ann@example.com' },
};

describe('celPolicy', () => {
  const rows: readonly (readonly [string, boolean])[] = [
    ['true', true],
    ['false', false],
    ['prompt_data.team == "red"', true],
    ['prompt_data.team.startsWith("bl")', false],
    ['prompt_data.age >= 18 && prompt_data.age + 1 == 42', true],
    ['prompt_data.ratio < 1.0', true],
    ['prompt_data.attributes.level == 3 && prompt_data.attributes.city == "Bandung"', true],
    ['"a" in prompt_data.tags && size(prompt_data.tags) == 2', true],
    ['prompt_data.tags.exists(tag, tag == "b")', true],
    ['prompt_data.tags.all(tag, (tag == "a") || tag == "b")', true],
    ['prompt_data.tags.map(tag, tag + "!").exists_one(tag, tag == "a!")', true],
    ['prompt_data.tags.filter(tag, tag != "a") == ["b"]', true],
    ['has(prompt_data.missing)', false],
    ['prompt_data.?missing.orValue("red") == "red"', true],
    ['context.is_sso && context.source == "acme"', true],
    ['context.fixed_data.email.endsWith("@example.com")', true],
    ['"staff" in user.groups && user.authenticated && user.active', true],
    ['user.email == "ann@example.com" && user.name == ""', true],
    ['in_network(request.address, "192.0.2.0/24")', true],
    ['in_network(request.address, "2001:db8::/32")', false],
    ['request.now > timestamp("2020-01-01T00:00:00Z")', true],
    ['request.locale == "en" && request.tenant == ""', true],
    [`flow.slug == "${at.flow.slug}" && flow.designation == "${at.flow.designation}" && flow.step == "account"`, true],
    ['prompt_data.age != 41.5 && prompt_data.ratio == 0.5 && prompt_data.age == 41u', true],
    ['prompt_data.tags != ["a"] && {"a": 1} == {"a": 1} && {"a": 1} != {"b": 1}', true],
    ['"team" in prompt_data && !("x" in prompt_data)', true],
    ['prompt_data.attributes != null && prompt_data.?missing.orValue(null) == null', true],
    ['duration("60s") == duration("1m") && type(1) != type("a") && b"a" == b"a"', true],
    ['regex_match(prompt_data.team, "^r.d$")', true],
    ['regex_match(prompt_data.team, "e")', true],
    ['regex_match(prompt_data.team, "^e")', false],
  ];
  for (const [expression, pass] of rows)
    it(`finds that ${expression} is ${String(pass)}`, async () => {
      assert.equal(await result(expression, context), pass);
    });

  it('sees the answers of this form over earlier ones, nested, and passwords only when it reads them', async () => {
    const answers = { team: 'blue', 'attributes.level': 4, password: new Secret('velvet') };
    const expression =
      'prompt_data.team == "blue" && prompt_data.attributes.level == 4 && prompt_data.attributes.city == "Bandung"';
    const read: string[] = [];
    const watched = Object.defineProperties(
      {},
      Object.fromEntries(
        Object.entries(answers).map(([key, value]) => [key, { enumerable: true, get: () => (read.push(key), value) }]),
      ),
    );
    assert.equal(await result(expression, context, watched), true);
    assert.ok(!read.includes('password'));
    assert.equal(await result('prompt_data.password == "velvet"', context, watched), true);
    assert.ok(read.includes('password'));
  });

  it('fails with its message, beside its first field', async () => {
    const policy = celPolicy('prompt_data.team == "red"', { name: 'red-team', fields: ['team'], message: 'Red only.' });
    assert.deepEqual([policy.name, policy.fields], ['red-team', ['team']]);
    const { pass, messages } = await policy.check(asked({ prompt_data: { team: 'blue' } }));
    assert.deepEqual({ pass, messages }, { pass: false, messages: [{ id: 'literal', values: { text: 'Red only.' } }] });
  });

  it('never shows a plan’s hash or identity', async () => {
    for (const key of ['password_hash', 'identity'])
      assert.equal(await result(`has(context.${key})`, { ...context, password_hash: '$argon2id$' }), false);
  });

  it('does not look an account up that the expression does not read', async () => {
    let lookUps = 0;
    const { services, ...rest } = asked(context);
    const profiles = { ...services.profiles, find: async () => ((lookUps += 1), profile) };
    await celPolicy('context.is_sso').check({ ...rest, services: { ...services, profiles } });
    assert.equal(lookUps, 0);
  });
});

describe('the check of a CEL expression', () => {
  const rows: readonly (readonly [string, RegExp])[] = [
    ['', /^line 1, column 1: /],
    ['true &&', /^line 1, column 8: Unexpected token/],
    ['true &&\n  usr.active', /^line 2, column 3: .*usr/],
    ['user.grups == []', /^line 1, column 6: No such key: grups/],
    ['request.now == "today"', /^line 1, column 1: /],
    ['user.name', /must be true or false; this one is a string/],
    ['prompt_data.team.matches("(a+)+$")', /^line 1, column 1: matches\(\)/],
    ['[1].exists(x, "a".matches("b"))', /column 15: matches\(\)/],
    ['regex_match("a", prompt_data.pattern)', /the pattern of regex_match\(\) must be a text in quotes/],
    ['regex_match("a", "(")', /^line 1, column 18: .*missing/],
    ['regex_match("a", "(?=a)")', /Perl syntax/],
    ['regex_match("a", "(a)\\\\1")', /escape/],
    ['cel.bind(x, true, x)', /cel\.bind\(\) is not available/],
    ['enrollment_value(true)', /not available|overload|function/i],
    [`${'('.repeat(60)}true${')'.repeat(60)}`, /depth|nest|limit|max/i],
    [`[${'1,'.repeat(101)}1] == []`, /list|element|limit|max/i],
    [Array.from({ length: 200 }, () => 'true').join(' && '), /node|limit|max/i],
    [`"${'x'.repeat(2100)}" == ""`, /at most 2000 characters/],
    ['[1].map(a, a).map(a, a).map(a, a).map(a, a) == []', /at most 3 map\(\)/],
  ];
  for (const [expression, mistake] of rows)
    it(`refuses ${expression.slice(0, 50)}`, () => {
      const mistakes = mistakesIn(expression);
      assert.equal(mistakes.length, 1, mistakes.join('\n'));
      assert.match(mistakes[0] ?? '', mistake);
    });

  it('reports everything that is not a text', () => {
    for (const given of [undefined, null, 7, {}, ['true']])
      assert.deepEqual(mistakesIn(given as string), ['the expression must be a text']);
  });
});

describe('an evaluation that cannot finish', () => {
  const many = Array.from({ length: 400 }, (_, index) => index);
  const rows: readonly (readonly [string, string, Context])[] = [
    ['a missing answer', 'prompt_data.missing == "x"', {}],
    ['values of other types', 'prompt_data.team < 3', context],
    ['a result that is not true or false', 'prompt_data.team', context],
    [
      'too many rounds whose errors would not matter',
      'prompt_data.l.all(a, prompt_data.l.all(b, b >= 0) || true)',
      { prompt_data: { l: many } },
    ],
    [
      'rounds over lists that were joined',
      '((prompt_data.l) + prompt_data.l + prompt_data.l).exists(a, ((prompt_data.l) + prompt_data.l).exists(b, a < b && false))',
      { prompt_data: { l: many } },
    ],
    ['nested rounds', 'prompt_data.l.all(a, prompt_data.l.all(b, a >= 0 && b >= 0))', { prompt_data: { l: many } }],
    ['a list that is too long', 'size(prompt_data.l) > 0', { prompt_data: { l: [...many, ...many] } }],
    [
      'a list that is too long, where it would not matter',
      'size(prompt_data.l) > 0 || true',
      { prompt_data: { l: [...many, ...many] } },
    ],
    [
      'a text that is too long, where it would not matter',
      'prompt_data.t == "x" || true',
      { prompt_data: { t: 'x'.repeat(4097) } },
    ],
    [
      'a text that is too long for a pattern, where it would not matter',
      'regex_match(context.source, "x") || true',
      { source: 'x'.repeat(4097) },
    ],
    [
      'a record that is too large, where it would not matter',
      'has(context.fixed_data.x) || true',
      { fixed_data: Object.fromEntries(Array.from({ length: 501 }, (_, index) => [`k${String(index)}`, 1])) },
    ],
    [
      'a text that is too long, in a list',
      'prompt_data.l == ["x"] || true',
      { prompt_data: { l: ['x'.repeat(4097)] } },
    ],
    ['a text that is too long', 'size(prompt_data.t) > 0', { prompt_data: { t: 'x'.repeat(4097) } }],
    [
      'texts that grow',
      'prompt_data.l.map(t, t + t).map(t, t + t).map(t, (t) + t).exists(t, t == "")',
      { prompt_data: { l: ['x'.repeat(2000)] } },
    ],
    [
      'a costly pattern',
      'regex_match(prompt_data.t, "(a{1,100}){1,10}$") && regex_match(prompt_data.t, "(a{1,100}){1,10}$")',
      { prompt_data: { t: 'a'.repeat(4000) } },
    ],
    ['the keys of a prototype', 'prompt_data.__proto__ == null', context],
    ['a constructor', 'prompt_data["constructor"] == null', context],
    ...[['admin'], [['admin']], { role: 'admin' }, 7, true].flatMap((role) =>
      [
        'prompt_data.role != "admin"',
        '!(prompt_data.role == "admin")',
        '!(prompt_data.role in ["admin", "root"])',
        '[prompt_data.role] != ["admin"]',
        '{"role": prompt_data.role} != {"role": "admin"}',
      ].map(
        (expression) => [`${expression} with ${JSON.stringify(role)}`, expression, { prompt_data: { role } }] as const,
      ),
    ),
    ['a text where a list is expected', '!("admin" in prompt_data.team)', context],
    ['a list among the members', '!("admin" in prompt_data.l)', { prompt_data: { l: ['user', ['admin']] } }],
    ['a list in a round', 'prompt_data.l.all(a, a != "admin")', { prompt_data: { l: ['user', ['admin']] } }],
    ['a list as a key', '!(prompt_data.tags in prompt_data)', context],
    ['an address that is none', '!in_network(prompt_data.team, "192.0.2.0/24")', context],
    ['a network that is none', 'in_network(request.address, prompt_data.team)', context],
  ];
  for (const [title, expression, known] of rows)
    it(`has no verdict: ${title}`, async () => {
      await assert.rejects(async () => result(expression, known));
    });

  it('matches patterns in linear time: the steps grow with the text, not beyond it', async () => {
    const policy = celPolicy('regex_match(prompt_data.t, "(a+)+$")');
    for (const length of [10, 100, 1000, 4000])
      assert.equal((await policy.check(asked({ prompt_data: { t: `${'a'.repeat(length)}b` } }))).pass, false);
  });

  it('has a new budget for each evaluation', async () => {
    const policy = celPolicy('prompt_data.l.all(a, a >= 0)');
    for (let times = 0; times < 20; times += 1)
      assert.equal((await policy.check(asked({ prompt_data: { l: many } }))).pass, true);
  });

  it('never takes a text of a request for a part of the expression', async () => {
    const policy = celPolicy('prompt_data.t == "red"');
    await fc.assert(
      fc.asyncProperty(fc.string(), async (t) => {
        assert.equal((await policy.check(asked({ prompt_data: { t } }))).pass, t === 'red');
      }),
      { numRuns: 100, examples: [['" || true || "'], ['red" || "'], ['${true}']] },
    );
  });

  it('counts rounds in every expression that it accepts, without changing the result', async () => {
    const atom = fc.constantFrom('t == "a"', 't != "b"', 'true', 'false', 'size(t) > 0', 't in prompt_data.tags');
    const { body } = fc.letrec<{ readonly body: string }>((tie) => ({
      body: fc.oneof(
        { maxDepth: 3 },
        atom,
        fc.tuple(tie('body'), tie('body')).map(([a, b]) => `(${a}) || ${b}`),
        fc.tuple(tie('body'), tie('body')).map(([a, b]) => `${a} && (${b})`),
        tie('body').map((a) => `!(${a})`),
        fc.tuple(tie('body'), tie('body')).map(([a, b]) => `((${a}) ? (${b}) : (${a}))`),
      ),
    }));
    const { parse } = await import('@marcbachmann/cel-js');
    await fc.assert(
      fc.asyncProperty(body, fc.constantFrom('all', 'exists', 'exists_one'), async (one, macro) => {
        const expression = `prompt_data.tags.${macro}(t, ${one})`;
        if (mistakesIn(expression).length > 0) return;
        const plain: unknown = parse(expression)({ prompt_data: { tags: ['a', 'b'] } });
        assert.equal(await result(expression, { prompt_data: { tags: ['a', 'b'] } }), plain, expression);
      }),
      { numRuns: 60 },
    );
  });
});
