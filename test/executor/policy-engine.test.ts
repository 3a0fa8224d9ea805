import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { EnrollmentError, storeAway } from '../../lib/base/error.js';
import { message, messageOf } from '../../lib/base/message.js';
import { Secret } from '../../lib/base/secret.js';
import { evaluate, type Judgement } from '../../lib/executor/policy-engine.js';
import { validateAnswers } from '../../lib/executor/validate-answers.js';
import type { StageContext } from '../../lib/flow/facts.js';
import type { PolicySetSpec, PolicyBindingSpec } from '../../lib/flow/policy-set.js';
import {
  definePolicy,
  type Policy,
  type PolicyAnswer,
  type PolicyQuestion,
  type Verdict,
} from '../../lib/flow/policy.js';
import { openScene, type Scene } from '../support/executor/scene.js';
import { flowOf, page } from '../support/executor/stages.js';

type Check = (question: PolicyQuestion) => PolicyAnswer | Promise<PolicyAnswer>;

const pass: Check = () => true;
const fail: Check = () => false;
const broken: Check = () => {
  throw new Error('SELECT secret FROM table');
};
const never: Check = () => new Promise(() => undefined);

const named = (check: Check, name = 'asked'): Policy =>
  definePolicy({ name, writes: ['fixed_data', 'redirect'], check });

function stageContextOf(scene: Scene): StageContext {
  const flow = flowOf([page('name')], { insertable: [page('a'), page('b'), page('x')] });
  const facts = Object.freeze({ act: true, address: '192.0.2.1', locale: 'en', now: 1, entryLink: {} });
  return {
    facts,
    flow,
    enrollmentId: 'plan-1',
    step: 'name',
    context: {},
    services: scene.context.services,
    signal: new AbortController().signal,
  };
}

async function judge(
  policies: readonly (PolicyBindingSpec | Policy)[],
  mode: 'any' | 'all' = 'all',
  scene = openScene(),
): Promise<Judgement> {
  const guard: PolicySetSpec = { policies, mode };
  return evaluate(scene.context, flowOf([page('name')], guard).guard, stageContextOf(scene));
}

const bound = (check: Check, more: Omit<PolicyBindingSpec, 'policy'> = {}): PolicyBindingSpec => ({
  policy: named(check),
  ...more,
});

describe('the policy engine', () => {
  describe('combines results', () => {
    const rows: [string, readonly PolicyBindingSpec[], 'any' | 'all', boolean][] = [
      ['none pass', [], 'all', true],
      ['all: every one must pass', [bound(pass), bound(pass)], 'all', true],
      ['all: one that fails is enough to fail', [bound(pass), bound(fail)], 'all', false],
      ['any: one that passes is enough', [bound(fail), bound(pass)], 'any', true],
      ['any: none passes', [bound(fail), bound(fail)], 'any', false],
      ['negate turns a fail into a pass', [bound(fail, { negate: true })], 'all', true],
      ['negate turns a pass into a fail', [bound(pass, { negate: true })], 'all', false],
      ['a disabled one has no vote', [bound(fail, { enabled: false }), bound(pass)], 'all', true],
      ['only disabled ones: as if there were none', [bound(fail, { enabled: false })], 'any', true],
      ['a throw is a fail', [bound(broken)], 'all', false],
      ['a throw counts as failureResult', [bound(broken, { failureResult: true })], 'all', true],
      ['a rejected promise is a fail', [bound(() => Promise.reject(new Error('later')))], 'all', false],
      ['no answer in time is a fail', [bound(never, { timeoutSeconds: 0.005 })], 'all', false],
      [
        'no answer in time counts as failureResult',
        [bound(never, { timeoutSeconds: 0.005, failureResult: true })],
        'all',
        true,
      ],
    ];
    for (const [title, policies, mode, passes] of rows)
      it(title, async () => assert.equal((await judge(policies, mode)).pass, passes));
  });

  it('a negated policy that throws or times out fails', async () => {
    assert.equal((await judge([bound(broken, { negate: true })])).pass, false);
    assert.equal((await judge([bound(never, { negate: true, timeoutSeconds: 0.005 })])).pass, false);
    assert.equal((await judge([bound(broken, { negate: true, failureResult: true })])).pass, true);
  });

  it('shows no message of a failure that is turned into a pass', async () => {
    const said = (pass: boolean): PolicyBindingSpec =>
      bound(() => ({ pass, messages: [messageOf('why')] }), { negate: true });
    assert.deepEqual((await judge([said(false)])).messages, []);
    assert.equal((await judge([said(true)])).messages.length, 1);
  });

  it('treats anything but an explicit pass as a failure', async () => {
    for (const answer of [undefined, null, 0, 1, 'true', {}, [], { pass: 1 }, { pass: 'true' }, { actions: [] }]) {
      const loose = named(() => answer as PolicyAnswer);
      assert.equal((await judge([loose])).pass, false, JSON.stringify(answer));
      // A policy created without definePolicy.
      const bare: Policy = { ...loose, check: () => answer as unknown as Verdict };
      assert.equal((await judge([bare])).pass, false, JSON.stringify(answer));
    }
  });

  it('evaluates all policies in the given order, even after the first has decided', async () => {
    const asked: string[] = [];
    const asking = (name: string, answer: boolean): Policy =>
      named(() => {
        asked.push(name);
        return answer;
      }, name);
    await judge([
      { policy: asking('third', false), order: 3 },
      { policy: asking('first', false), order: 1 },
      { policy: asking('second', true), order: 2 },
    ]);
    assert.deepEqual(asked, ['first', 'second', 'third']);
  });

  it('returns every message with its policy, in order', async () => {
    const { messages } = await judge([
      bound(() => ({ pass: true, messages: [messageOf('info')] })),
      bound(() => 'No.'),
      bound(() => messageOf('own', { n: 1 })),
    ]);
    assert.deepEqual(
      messages.map(({ message: said }) => said),
      [messageOf('info'), message('literal', { text: 'No.' }), messageOf('own', { n: 1 })],
    );
  });

  it('returns no message that its result contradicts', async () => {
    const refused = bound(() => 'No.');
    const said = async (...args: Parameters<typeof judge>): Promise<readonly unknown[]> =>
      (await judge(...args)).messages.map((one) => one.message);
    assert.deepEqual(await said([{ ...refused, negate: true }]), [], 'a negated one that fails');
    assert.deepEqual(
      await said([refused, bound(() => true)], 'any'),
      [],
      'one of any that fails beside one that passes',
    );
    const passing = bound(() => ({ pass: true, messages: [messageOf('info')] }));
    assert.deepEqual(await said([{ ...passing, negate: true }]), [messageOf('info')], 'a negated one that passes');
    assert.deepEqual(await said([passing, refused], 'any'), [messageOf('info')]);
    assert.deepEqual(await said([refused, refused], 'any'), [
      message('literal', { text: 'No.' }),
      message('literal', { text: 'No.' }),
    ]);
    const failing = await judge([{ ...bound(broken), negate: true }]);
    assert.deepEqual(
      failing.messages.map((one) => one.message.id),
      ['policy.failed'],
      'one without a verdict',
    );
  });

  it('hides what was thrown; the error is logged under the reference that is shown', async () => {
    const scene = openScene();
    const judged = await judge([bound(broken), bound(() => ({ pass: false, reference: 'LATER234' }))], 'all', scene);
    assert.deepEqual(
      judged.messages.map((one) => one.message.id),
      ['policy.failed'],
    );
    assert.doesNotMatch(JSON.stringify(judged), /SELECT/);
    assert.match(judged.reference ?? '', /^[2-9A-Z]{8}$/);
    const [entry] = scene.logged;
    assert.equal(Reflect.get(entry?.fields ?? {}, 'reference'), judged.reference);
    assert.match(String(Reflect.get(entry?.fields ?? {}, 'err')), /SELECT/);
    assert.deepEqual(
      scene.emitted.map(({ name, facts }) => [name, facts['reference']]),
      [['policy.failed', judged.reference]],
    );
    assert.doesNotMatch(JSON.stringify(scene.emitted), /SELECT/);
  });

  it('aborts the signal of a policy that times out and ignores its late result', async () => {
    let signal: AbortSignal | undefined;
    let answer: (verdict: Verdict) => void = () => undefined;
    const judged = await judge([
      bound(
        (question) => {
          signal = question.signal;
          return new Promise((resolve) => {
            answer = resolve;
          });
        },
        { timeoutSeconds: 0.005 },
      ),
    ]);
    assert.equal(signal?.aborted, true);
    assert.match(String(signal.reason), /no answer within 0.005 s/);
    answer({ pass: true, patch: { fixed_data: { late: true } } });
    await new Promise(setImmediate);
    assert.deepEqual([judged.pass, judged.patch], [false, {}]);
  });

  it('a policy that rejects after its timeout causes no unhandled rejection', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    try {
      await judge([
        bound(
          ({ signal }) =>
            new Promise((_resolve, reject) =>
              signal.addEventListener('abort', () => setImmediate(reject, new Error('too late'))),
            ),
          { timeoutSeconds: 0.005 },
        ),
      ]);
      await new Promise((resolve) => setTimeout(resolve, 10));
      assert.deepEqual(unhandled, []);
    } finally {
      process.off('unhandledRejection', note);
    }
  });

  it('does not abort the signal of a policy that finished in time', async () => {
    let signal: AbortSignal | undefined;
    await judge([
      bound(
        (question) => {
          signal = question.signal;
          return true;
        },
        { timeoutSeconds: 0.01 },
      ),
    ]);
    await new Promise((resolve) => setTimeout(resolve, 25));
    assert.equal(signal?.aborted, false);
  });

  it('copies of a question that a policy passes on have its signal', async () => {
    let signal: AbortSignal | undefined;
    const inner = definePolicy({
      name: 'inner',
      check: (question) => {
        signal = question.signal;
        return new Promise<boolean>(() => undefined);
      },
    });
    await judge([
      bound((question) => inner.check({ ...question, answers: { name: 'ann' } }), { timeoutSeconds: 0.005 }),
    ]);
    assert.equal(signal?.aborted, true);
  });

  it('throws only on a store outage', async () => {
    await assert.rejects(
      judge(
        [bound(pass), bound(() => Promise.reject(storeAway('redis', new Error('down'))), { failureResult: true })],
        'any',
      ),
      { code: 'ERR_ENROLLMENT_STORE_AWAY', status: 503 },
    );
    assert.equal(
      (await judge([bound(() => Promise.reject(new EnrollmentError('ERR_ENROLLMENT_ACCOUNT', 'x')))])).pass,
      false,
    );
    assert.equal(
      (await judge([bound(() => Promise.reject(Object.assign(new Error('x'), { status: 503 })))])).pass,
      false,
    );
  });

  describe('applies a patch', () => {
    const patching = (patch: object, writes: Policy['writes'] = ['fixed_data']): Policy =>
      definePolicy({ name: 'patching', writes, check: () => ({ pass: true, patch }) });

    it('for declared keys only', async () => {
      const { patch } = await judge([
        patching({ fixed_data: { a: 1 }, pending_user: 'mallory', __proto__: { x: 1 }, other: 1 }),
      ]);
      assert.deepEqual(patch, { fixed_data: { a: 1 } });
    });

    it('of passing policies, never of the others', async () => {
      const failing = definePolicy({
        name: 'failing',
        writes: ['fixed_data'],
        check: () => ({ pass: false, patch: { fixed_data: { b: 1 } }, actions: [{ insert: 'x' }] }),
      });
      const both = await judge([patching({ fixed_data: { a: 1 } }), failing], 'any');
      assert.deepEqual([both.patch, both.actions], [{ fixed_data: { a: 1 } }, []]);
      const none = await judge([patching({ fixed_data: { a: 1 } }), failing], 'all');
      assert.deepEqual([none.patch, none.actions], [{}, []]);
      const negated = await judge([{ policy: patching({ fixed_data: { a: 1 } }), negate: true }, named(pass)], 'any');
      assert.deepEqual(negated.patch, {});
      const turnedRound = await judge([{ policy: failing, negate: true }]);
      assert.deepEqual([turnedRound.pass, turnedRound.patch, turnedRound.actions], [true, {}, []]);
    });

    it('of several policies, with records merged and other values replaced by the later', async () => {
      const { patch } = await judge([
        patching({ fixed_data: { a: { x: 1 }, b: 1 }, redirect: { path: '/1' } }, ['fixed_data', 'redirect']),
        patching({ fixed_data: { a: { y: 2 }, b: 2 }, redirect: { path: '/2' } }, ['fixed_data', 'redirect']),
      ]);
      assert.deepEqual(patch, { fixed_data: { a: { x: 1, y: 2 }, b: 2 }, redirect: { path: '/2' } });
    });
  });

  it('collects the actions of passing policies, in order', async () => {
    const turning = (key: string): Policy => named(() => ({ pass: true, actions: [{ insert: key }, { append: key }] }));
    assert.deepEqual((await judge([turning('a'), turning('b')])).actions, [
      { insert: 'a' },
      { append: 'a' },
      { insert: 'b' },
      { append: 'b' },
    ]);
  });

  it('returns a time to wait only when it fails because of it', async () => {
    const throttled: Check = () => ({ pass: false, retryAfterSeconds: 30 });
    assert.equal((await judge([bound(throttled), bound(pass)], 'all')).retryAfterSeconds, 30);
    assert.equal((await judge([bound(throttled), bound(pass)], 'any')).retryAfterSeconds, null);
    assert.equal((await judge([bound(fail)])).retryAfterSeconds, null);
  });

  it('shows the answers to a validation policy, with secrets redacted', async () => {
    const scene = openScene();
    const seen: unknown[] = [];
    const reading = named(({ answers }) => {
      seen.push(answers['name'], String(answers['password']));
      return true;
    });
    const answers = { name: 'Bob', password: new Secret('hunter2') };
    const stage = page('name');
    await validateAnswers(scene.context, {
      stage,
      policies: [reading],
      at: stageContextOf(scene),
      answersFor: () => answers,
      blanksAfter: () => ({}),
      unfitAfter: () => [],
    });
    assert.deepEqual(seen, ['Bob', '[redacted]']);
  });
});
