import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isEnrollmentError } from '../../lib/base/error.js';
import { defineFlow } from '../../lib/flow/flow.js';
import { restore, serialise } from '../../lib/flow/machine/codec.js';
import { startPlan } from '../../lib/flow/machine/advance.js';
import { planLimits, type Plan, type CompletionReceipt } from '../../lib/flow/plan.js';
import type { PendingIdentity } from '../../lib/ports/pending-identity.js';
import { deny } from '../../lib/stages/deny.js';

const stages = ['a', 'b'].map((name) => deny({ name }));
const flow = defineFlow({ slug: 'join', title: 'Join', designation: 'enrollment', stages });
const plan: Plan = startPlan(flow, { id: 'plan-1', enrollmentId: 'plan-1', origin: {}, now: 5, leftOut: new Set() });
const receipt: CompletionReceipt = {
  v: 1,
  done: true,
  id: 'plan-1',
  flow: 'join',
  step: 'b',
  to: { path: '/' },
  rememberSeconds: null,
  finishedAt: 9,
};

function reasonOf(text: string, of = flow, id = 'plan-1'): string | null {
  const restored = restore(text, of, id);
  return restored.type === 'unreadable' ? restored.reason : null;
}

describe('serialise', () => {
  it('has room for the largest identity that a provider may send, and restores all of it', () => {
    const claims = { groups: ['é'.repeat(2040)] };
    const identity: PendingIdentity = {
      source: 'acme',
      sourceName: 'Acme',
      issuer: `https://id.example/${'i'.repeat(200)}`,
      subject: 's'.repeat(255),
      pendingSince: 1,
      email: `ann@${'e'.repeat(240)}.example`,
      emailVerified: true,
      otherEmails: Array.from({ length: 10 }, (_, n) => `ann${n}@${'e'.repeat(240)}.example`),
      username: 'u'.repeat(150),
      name: 'ñ'.repeat(150),
      claims,
    };
    const redirect = { path: `/${'p'.repeat(2047)}` };
    const brought = { identity, is_sso: true, source: 'acme', oauth_userinfo: claims, redirect };
    const known = startPlan(flow, {
      id: 'plan-1',
      enrollmentId: 'plan-1',
      origin: brought,
      now: 5,
      leftOut: new Set(),
    });
    const restored = restore(serialise(known), flow, 'plan-1');
    assert.deepEqual(restored.type === 'plan' && restored.plan, known);
    // Another identity was recognized since: both are kept.
    const other = {
      ...known,
      context: { ...brought, identity: { ...identity, subject: 'other', claims: {} }, oauth_userinfo: {} },
    };
    const back = restore(serialise(other), flow, 'plan-1');
    assert.deepEqual(back.type === 'plan' && back.plan, other);
  });
});

describe('restore', () => {
  it('reads a plan and a completion receipt', () => {
    assert.equal(reasonOf(serialise(plan)), null);
    // Earlier processes write none, and theirs has no text.
    for (const context of [{}, { inviter_name: null }, { inviter_name: 'Ann' }])
      assert.equal(reasonOf(serialise({ ...plan, context })), null);
    assert.equal(reasonOf(serialise(receipt)), null);
  });

  describe('finds unreadable', () => {
    const texts: [string, string, string][] = [
      ['nothing', '', 'not JSON'],
      ['junk', '\u0000\uffff{', 'not JSON'],
      ['a truncated plan', serialise(plan).slice(0, -1), 'not JSON'],
      ['a list', '[]', 'not JSON'],
      ['null', 'null', 'not JSON'],
      ['depth that would exhaust the stack', '['.repeat(8000) + ']'.repeat(8000), 'not JSON'],
      ['five megabytes', serialise(plan).replace('{', `{"more":"${'x'.repeat(5_000_000)}",`), 'too large'],
      ['an old version', JSON.stringify({ ...plan, v: 0 }), 'unknown version'],
      ['a later version', JSON.stringify({ ...plan, v: 2 }), 'unknown version'],
      ['a version that is a text', JSON.stringify({ ...plan, v: '1' }), 'unknown version'],
      ['another plan', JSON.stringify({ ...plan, id: 'plan-2' }), 'another plan or flow'],
      ['another flow', JSON.stringify({ ...plan, flow: 'other' }), 'another plan or flow'],
      ['another flow’s receipt', JSON.stringify({ ...receipt, flow: 'other' }), 'another plan or flow'],
      ['another build', JSON.stringify({ ...plan, build: 'before' }), 'the flow has changed'],
    ];
    for (const [title, text, reason] of texts) it(title, () => assert.equal(reasonOf(text), reason));
  });

  describe('finds a plan damaged by', () => {
    const damages: [string, Record<string, unknown>, string][] = [
      ['steps that are no list', { steps: {} }, 'damaged steps'],
      ['a step that is a text', { steps: ['a'] }, 'damaged steps'],
      ['a step of no binding', { steps: [{ key: 'z', state: 'ahead' }] }, 'damaged steps'],
      ['a step named after a prototype', { steps: [{ key: '__proto__', state: 'ahead' }] }, 'damaged steps'],
      ['an unknown state', { steps: [{ key: 'a', state: 'done' }] }, 'damaged steps'],
      ['a cursor beyond the end', { at: 3 }, 'damaged counts'],
      ['a cursor before the start', { at: -1 }, 'damaged counts'],
      ['a cursor between steps', { at: 0.5 }, 'damaged counts'],
      ['a cursor that is a text', { at: '0' }, 'damaged counts'],
      ['restarts below none', { restarts: -1 }, 'damaged counts'],
      ['no start', { startedAt: undefined }, 'damaged counts'],
      ['a step ahead that lies behind', { at: 1 }, 'damaged cursor'],
      ['a context that is a list', { context: [] }, 'damaged context'],
      ['an origin that is null', { origin: null }, 'damaged context'],
      ['answers that are a text', { context: { prompt_data: 'x' } }, 'damaged context'],
      ['an inviter that is a record', { context: { inviter_name: {} } }, 'damaged context'],
      ['fixed data that is a list', { context: { fixed_data: [] } }, 'damaged context'],
      ['an invitation without a version', { context: { invitation: { id: 'i' } } }, 'damaged context'],
      ['an invitation whose id is a number', { context: { invitation: { id: 1, version: 1 } } }, 'damaged context'],
      ['a hash that is a number', { context: { password_hash: 1 } }, 'damaged context'],
      ['a user that is a record', { context: { pending_user: {} } }, 'damaged context'],
      ['a target that is a text', { origin: { redirect: '/x' } }, 'damaged context'],
    ];
    for (const [title, damage, reason] of damages)
      it(title, () => assert.equal(reasonOf(JSON.stringify({ ...plan, ...damage })), reason));
  });

  describe('finds a completion receipt damaged by', () => {
    const damages: [string, Record<string, unknown>][] = [
      ['no target', { to: undefined }],
      ['a target that is a text', { to: '/' }],
      ['no step', { step: undefined }],
      ['a user that is a number', { user: 7 }],
      ['an end that is a text', { finishedAt: 'now' }],
    ];
    for (const [title, damage] of damages)
      it(title, () => assert.equal(reasonOf(JSON.stringify({ ...receipt, ...damage })), 'damaged receipt'));
  });

  it('finds a plan unreadable when steps, kinds or order changed, but not when only texts did', () => {
    const text = serialise(plan);
    const spec = { slug: 'join', title: 'Join', designation: 'enrollment' } as const;
    const [first = deny({ name: 'a' }), second = deny({ name: 'b' })] = stages;
    assert.equal(reasonOf(text, defineFlow({ ...spec, stages: [first] })), 'the flow has changed');
    assert.equal(reasonOf(text, defineFlow({ ...spec, stages: [second, first] })), 'the flow has changed');
    assert.equal(
      reasonOf(text, defineFlow({ ...spec, stages, insertable: [deny({ name: 'c' })] })),
      'the flow has changed',
    );
    assert.equal(
      reasonOf(text, defineFlow({ ...spec, stages: [first, { stage: second, order: 21 }] })),
      'the flow has changed',
    );
    assert.equal(
      reasonOf(
        text,
        defineFlow({
          ...spec,
          title: 'Come in',
          target: '/home',
          stages: [deny({ name: 'a', message: 'No.' }), second],
        }),
      ),
      null,
    );
  });

  it('ignores unknown properties of a plan', () => {
    const restored = restore(
      JSON.stringify({ ...plan, more: 1, steps: plan.steps.map((step) => ({ ...step, by: 'x' })) }),
      flow,
      'plan-1',
    );
    assert.deepEqual(restored, { type: 'plan', plan });
  });
});

describe('serialise', () => {
  it('accepts up to 16 kB of UTF-8', () => {
    const of = (letters: number): Plan => ({ ...plan, context: { prompt_data: { note: 'é'.repeat(letters) } } });
    const room = planLimits.bytes - Buffer.byteLength(serialise(of(0)));
    assert.equal(Buffer.byteLength(serialise(of(Math.floor(room / 2)))), planLimits.bytes - (room % 2));
    assert.throws(
      () => serialise(of(Math.floor(room / 2) + 1)),
      (error) =>
        isEnrollmentError(error) && error.code === 'ERR_ENROLLMENT_PLAN_TOO_LARGE' && !error.message.includes('é'),
    );
  });
});
