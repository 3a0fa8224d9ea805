import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { Secret } from '../../lib/base/secret.js';
import { english } from '../../lib/base/texts/english.js';
import type { Context } from '../../lib/flow/context.js';
import type { Policy, Verdict } from '../../lib/flow/policy.js';
import { passwordPolicy } from '../../lib/policies/password.js';
import { openScene } from '../support/executor/scene.js';
import { question } from '../support/prompts/question.js';

const scene = openScene();
const at = question({}, scene);

async function verdictOn(
  policy: Policy,
  password: string,
  { context = {}, answers = {} }: { readonly context?: Context; readonly answers?: Record<string, string> } = {},
): Promise<Verdict> {
  return policy.check({ ...at, context, answers: { ...answers, password: new Secret(password) } });
}

const idsOf = ({ messages = [] }: Verdict): readonly string[] => messages.map(({ id }) => id);

describe('passwordPolicy', () => {
  const strict = passwordPolicy({ minLength: 10, digits: 2, uppercase: 1, lowercase: 3, symbols: 1 });
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ['Velvet tram 42!', []],
    ['VELVET TRAM 42!', ['policy.password.lowercase']],
    ['velvet tram 42!', ['policy.password.uppercase']],
    ['Velvet tram 4!!', ['policy.password.digits']],
    ['Velvettram42x9', ['policy.password.symbols']],
    ['Vt 42!', ['prompt.password.too_short', 'policy.password.lowercase']],
    ['Ñandú größe ٤٢', []],
    ['', ['prompt.password.blank']],
  ];
  for (const [typed, ids] of rows)
    it(`says of ${JSON.stringify(typed)}: ${ids.join(', ') || 'nothing'}`, async () => {
      const verdict = await verdictOn(strict, typed);
      assert.deepEqual(idsOf(verdict), ids);
      assert.equal(verdict.pass, ids.length === 0);
    });

  it('always refuses blanks, the most common passwords and repeated patterns', async () => {
    for (const [typed, id] of [
      [' '.repeat(15), 'prompt.password.blanks'],
      ['a'.repeat(15), 'prompt.password.simple'],
      ['PasswordPassword', 'prompt.password.common'],
    ] as const)
      assert.deepEqual(idsOf(await verdictOn(passwordPolicy(), typed)), [id]);
  });

  it('counts characters after normalization', async () => {
    const policy = passwordPolicy({ minLength: 15 });
    assert.deepEqual(idsOf(await verdictOn(policy, 'e\u0301'.repeat(7) + ' velvet')), ['prompt.password.too_short']);
    assert.equal((await verdictOn(policy, '🐎 in velvet trams')).pass, true);
  });

  it('uses its own set of symbols and its own message', async () => {
    const policy = passwordPolicy({ symbols: 1, symbolCharacters: '§', message: 'Add a §.' });
    assert.deepEqual((await verdictOn(policy, 'velvet tram!')).messages, [
      { id: 'literal', values: { text: 'Add a §.' } },
    ]);
    assert.equal((await verdictOn(policy, 'velvet tram§')).pass, true);
  });

  it('refuses passwords made of the person’s names or the site’s', async () => {
    const policy = passwordPolicy({ words: ['Acme Club'] });
    const answers = { username: 'annika', email: 'ann@example.com' };
    for (const typed of ['annika2024', 'Example-ANN-99', 'acme club 1', 'ann@example.com1234'])
      assert.deepEqual(idsOf(await verdictOn(policy, typed, { answers })), ['policy.password.personal'], typed);
    const prompt_data = { username: 'annika' };
    assert.deepEqual(idsOf(await verdictOn(policy, 'annika2024', { context: { prompt_data } })), [
      'policy.password.personal',
    ]);
    assert.equal((await verdictOn(policy, 'annika likes velvet trams', { answers })).pass, true);
    assert.equal((await verdictOn(passwordPolicy({ personal: false }), 'annika2024', { answers })).pass, true);
  });

  it('never has a message without a text, or one that quotes the password', async () => {
    const policy = passwordPolicy({ minLength: 8, digits: 1, words: ['club'] });
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 40 }), async (typed) => {
        const verdict = await verdictOn(policy, typed);
        for (const { id, values = {} } of verdict.messages ?? []) {
          assert.ok(id in english, id);
          assert.ok(Object.values(values).every((value) => typeof value === 'number'));
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('passwordPolicy with zxcvbn', () => {
  it('refuses what is easy to guess, with hints', async () => {
    const policy = passwordPolicy({ zxcvbn: true });
    for (const [typed, hint] of [
      ['P@ssw0rd12345', 'policy.password.hint.substitutions'],
      ['11.12.1999', 'policy.password.hint.dates'],
      ['qwertyuiop asdf', 'policy.password.hint.similar'],
    ] as const) {
      const verdict = await verdictOn(policy, typed);
      assert.equal(verdict.pass, false);
      assert.equal(idsOf(verdict)[0], 'policy.password.weak');
      assert.ok(idsOf(verdict).includes(hint), `${typed}: ${idsOf(verdict).join()}`);
    }
    assert.deepEqual(await verdictOn(policy, 'correct horse battery staple'), { pass: true, messages: [] });
  });

  it('needs a score above the threshold', async () => {
    const typed = 'qwertyuiop asdf';
    assert.equal((await verdictOn(passwordPolicy({ zxcvbn: { above: 1 } }), typed)).pass, true);
    assert.equal((await verdictOn(passwordPolicy({ zxcvbn: { above: 2 } }), typed)).pass, false);
  });

  it('scores the first 72 characters only', async () => {
    const typed = 'ab c'.repeat(18);
    const policy = passwordPolicy({ zxcvbn: true });
    assert.equal((await verdictOn(policy, `${typed}Zk4#qT9 velvet`)).pass, false);
  });
});

describe('passwordPolicy with breached passwords', () => {
  const typed = 'velvet trams are blue';
  const sha1 = createHash('sha1').update(typed).digest('hex').toUpperCase();
  const answering = (count: number) => {
    const asked: string[] = [];
    const lookUp = async (prefix: string): Promise<string> => {
      asked.push(prefix);
      return `0018A45C4D1DEF81644B54AB7F969B88D65:0\r\n${sha1.slice(5)}:${String(count)}\r\n`;
    };
    return { asked, lookUp };
  };

  it('asks for five digits of the hash only, and refuses what was found', async () => {
    const { asked, lookUp } = answering(7);
    assert.deepEqual(idsOf(await verdictOn(passwordPolicy({ breached: { lookUp } }), typed)), [
      'policy.password.breached',
    ]);
    assert.deepEqual(asked, [sha1.slice(0, 5)]);
    assert.equal((await verdictOn(passwordPolicy({ breached: { lookUp, allowed: 7 } }), typed)).pass, true);
  });

  it('accepts padding lines and other suffixes', async () => {
    assert.equal((await verdictOn(passwordPolicy({ breached: { lookUp: answering(0).lookUp } }), typed)).pass, true);
    const others = async (): Promise<string> => `\n${'0'.repeat(35)}:3\n${sha1.slice(5).toLowerCase()}:0`;
    assert.equal((await verdictOn(passwordPolicy({ breached: { lookUp: others } }), typed)).pass, true);
  });

  it('passes with a warning where the list does not answer, or refuses if set', async () => {
    const failing = [
      async () => Promise.reject(new Error('away')),
      async () => `${sha1.slice(5)}:many`,
      () => new Promise<string>(() => undefined),
    ];
    for (const lookUp of failing) {
      const before = scene.logged.length;
      const settings = { lookUp, timeoutSeconds: 0.01 };
      assert.equal((await verdictOn(passwordPolicy({ breached: settings }), typed)).pass, true);
      assert.equal(scene.logged.length, before + 1);
      assert.ok(!JSON.stringify(scene.logged).includes(typed));
      const refused = await verdictOn(passwordPolicy({ breached: { ...settings, onFailure: 'refuse' } }), typed);
      assert.deepEqual(idsOf(refused), ['policy.password.unchecked']);
    }
  });

  it('takes what is no list for no answer', async () => {
    const answers: readonly unknown[] = [
      '',
      '\r\n',
      '<html><title>Sign in to this network</title></html>',
      `${'0'.repeat(35)}:1\r\n<html>`,
      `${'0'.repeat(35)}:1\r\n${'1'.repeat(20)}`,
      '0'.repeat(35),
      `${'0'.repeat(35)}:-1`,
      `${'0'.repeat(35)}:1\n`.repeat(30_000),
      'x'.repeat(2_000_000),
      null,
      undefined,
      5,
      { split: () => [] },
    ];
    for (const answer of answers) {
      const settings = { lookUp: async () => answer as string, onFailure: 'refuse' } as const;
      const verdict = await verdictOn(passwordPolicy({ breached: settings }), typed);
      assert.deepEqual(idsOf(verdict), ['policy.password.unchecked'], String(answer).slice(0, 50));
    }
  });

  it('reads no more of an answer than a list may have', async () => {
    const real = globalThis.fetch;
    let sent = 0;
    const endless = new ReadableStream({
      pull(controller) {
        sent += 1;
        controller.enqueue(new Uint8Array(65_536).fill(48));
      },
    });
    globalThis.fetch = async () => new Response(endless);
    try {
      const verdict = await verdictOn(passwordPolicy({ breached: { onFailure: 'refuse' } }), typed);
      assert.deepEqual(idsOf(verdict), ['policy.password.unchecked']);
      assert.ok(sent < 25, String(sent));
    } finally {
      globalThis.fetch = real;
    }
  });

  it('looks nothing up for a password that is refused anyway', async () => {
    const { asked, lookUp } = answering(0);
    await verdictOn(passwordPolicy({ minLength: 30, breached: { lookUp } }), typed);
    assert.deepEqual(asked, []);
  });
});

describe('the settings of passwordPolicy', () => {
  it('are checked all at once, with suggestions', () => {
    const wrong = { digit: 1, minLength: -1, zxcvbn: { above: 4 }, breached: { onFailure: 'ignore' } } as object;
    assert.throws(
      () => passwordPolicy(wrong),
      ({ issues }: { readonly issues: readonly string[] }) =>
        issues.length >= 4 && issues.some((issue) => issue.includes('did you mean "digits"')),
    );
  });
});
