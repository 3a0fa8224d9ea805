import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { JsonObject } from '../../lib/base/json.js';
import type { RedirectTarget } from '../../lib/base/target.js';
import type { Context } from '../../lib/flow/context.js';
import { defineFlow } from '../../lib/flow/flow.js';
import { restore, serialise } from '../../lib/flow/machine/codec.js';
import type { Plan, CompletionReceipt } from '../../lib/flow/plan.js';
import { deny } from '../../lib/stages/deny.js';

const flow = defineFlow({
  slug: 'join',
  title: 'Join',
  designation: 'enrollment',
  stages: ['a', 'b', 'c'].map((name) => deny({ name })),
  insertable: [deny({ name: 'extra' })],
});

const plain = { noNullPrototype: true };
const record = fc
  .dictionary(fc.string({ maxLength: 8 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4, ...plain })
  // A decoded value has its own prototype and no key that could change it.
  .filter((value) => !JSON.stringify(value).includes('__proto__'))
  .map((value) => JSON.parse(JSON.stringify(value)) as JsonObject);
const text = fc.string({ maxLength: 20, unit: 'binary' });
const target: fc.Arbitrary<RedirectTarget> = fc.oneof(
  fc.record({ flow: text }, plain),
  fc.record({ path: text }, plain),
  fc.record({ origin: text, path: text }, plain),
);
const context: fc.Arbitrary<Context> = fc.record(
  {
    prompt_data: record,
    fixed_data: record,
    password_hash: text,
    pending_user: text,
    invitation: fc.record({ id: text, version: fc.nat() }, plain),
    redirect: target,
  },
  { requiredKeys: [], ...plain },
);

const plan: fc.Arbitrary<Plan> = fc
  .record({
    origin: context,
    context,
    restarts: fc.nat(5),
    startedAt: fc.nat(),
    expiresAt: fc.nat(),
    keys: fc.shuffledSubarray(['a', 'b', 'c', 'extra']),
    over: fc.nat(4),
    states: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
  })
  .map(({ keys, over, states, ...rest }) => {
    const at = Math.min(over, keys.length);
    const steps = keys.map((key, index) => ({
      key,
      state: index >= at ? ('ahead' as const) : states[index] === true ? ('passed' as const) : ('skipped' as const),
    }));
    return { v: 1, id: 'plan-1', enrollmentId: 'plan-1', flow: flow.slug, build: flow.build, at, steps, ...rest };
  });

const receipt: fc.Arbitrary<CompletionReceipt> = fc
  .record(
    { step: text, to: target, rememberSeconds: fc.option(fc.nat()), finishedAt: fc.nat(), user: text },
    { requiredKeys: ['step', 'to', 'rememberSeconds', 'finishedAt'], ...plain },
  )
  .map((rest) => ({ v: 1, done: true, id: 'plan-1', flow: flow.slug, ...rest }));

describe('a stored plan', () => {
  it('is read back as it was written, whatever it contains', () => {
    fc.assert(
      fc.property(plan, (one) => {
        assert.deepEqual(restore(serialise(one), flow, one.id), { type: 'plan', plan: one });
      }),
    );
  });

  it('is read back as a completion receipt once the flow is finished', () => {
    fc.assert(
      fc.property(receipt, (one) => {
        assert.deepEqual(restore(serialise(one), flow, one.id), { type: 'receipt', receipt: one });
      }),
    );
  });

  it('is not read when any part of its text is missing', () => {
    fc.assert(
      fc.property(fc.oneof(plan, receipt), fc.nat(), (one, place) => {
        const whole = serialise(one);
        assert.equal(restore(whole.slice(0, place % whole.length), flow, one.id).type, 'unreadable');
      }),
    );
  });

  it('never makes reading throw, and reads as a valid plan or receipt, however it was changed', () => {
    fc.assert(
      fc.property(fc.oneof(plan, receipt), fc.nat(), fc.string({ maxLength: 3 }), fc.nat(4), (one, place, put, cut) => {
        const whole = serialise(one);
        const at = place % whole.length;
        const restored = restore(whole.slice(0, at) + put + whole.slice(at + cut), flow, one.id);
        if (restored.type !== 'plan') return;
        const { at: cursor, steps } = restored.plan;
        assert.ok(cursor <= steps.length && steps.slice(0, cursor).every(({ state }) => state !== 'ahead'));
        assert.ok(steps.every(({ key }) => ['a', 'b', 'c', 'extra'].includes(key)));
      }),
      { numRuns: 500 },
    );
  });

  it('is not read from any other text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.string({ unit: 'binary' })), (junk) => {
        assert.equal(restore(junk, flow, 'plan-1').type, 'unreadable');
      }),
    );
  });

  it('without reaching a prototype', () => {
    const before = Object.getOwnPropertyNames(Object.prototype);
    fc.assert(
      fc.property(
        plan,
        fc.constantFrom('__proto__', 'constructor', 'prototype'),
        fc.constantFrom('', 'origin', 'context'),
        (one, key, under) => {
          const planted = `"${key}":{"planted":true,"prototype":{"planted":true}}`;
          const whole = serialise(one);
          const mark = under === '' ? '{' : `"${under}":{`;
          const changed = whole.replace(`${mark}"`, `${mark}${planted},"`);
          const restored = restore(changed, flow, one.id);
          assert.equal(Reflect.get({}, 'planted'), undefined);
          if (restored.type === 'plan')
            for (const part of [restored.plan, restored.plan.origin, restored.plan.context])
              assert.equal(Reflect.get(part, 'planted'), undefined);
        },
      ),
    );
    assert.deepEqual(Object.getOwnPropertyNames(Object.prototype), before);
  });
});
