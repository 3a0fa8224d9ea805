import assert from 'node:assert/strict';
import type { Flow } from '../../../lib/flow/flow.js';
import { restore, serialise } from '../../../lib/flow/machine/codec.js';
import { planLimits, type Plan } from '../../../lib/flow/plan.js';
import { isGate } from '../../../lib/flow/stage.js';
import { ExecutorClient, type Form, type ExecutorAnswer } from '../executor/executor-client.js';
import { openScene } from '../executor/scene.js';
import { buildFlow, type BuiltFlow } from './build-flow.js';
import type { Answer, RandomAction, RandomFlow } from './random-flow.js';

/** One visitor's path through a random flow; every step is checked. */
export class Walk {
  readonly built: BuiltFlow;
  readonly visitor: ExecutorClient;
  /** Steps after a gate. */
  readonly #gated: ReadonlySet<string>;
  #plans = 1;

  constructor(spec: RandomFlow) {
    this.built = buildFlow(spec);
    this.visitor = new ExecutorClient(openScene(), this.built.flow);
    const { bindings } = this.built.flow;
    const gate = bindings.findIndex(({ stage }) => isGate(stage));
    this.#gated = new Set(gate === -1 ? [] : bindings.slice(gate).map(({ key }) => key));
  }

  async take(action: RandomAction): Promise<void> {
    const { visitor } = this;
    const form = visitor.forms.at(-1);
    const { clock, context } = visitor.scene;
    const { does } = action;
    switch (does) {
      case 'get':
        return this.get();
      case 'get with next':
        visitor.entryLink = { next: { path: '/next' } };
        await this.get();
        visitor.entryLink = {};
        return;
      case 'cancel':
        await context.plans.drop(visitor.planId);
        return this.newPlan();
      case 'wait':
        clock.advance(7 * 60_000);
        return;
      case 'expire':
        clock.advance(61 * 60_000);
        return;
      case 'post':
      case 'post twice':
      case 'post at once':
      case 'stale':
      case 'foreign':
        return form === undefined ? this.get() : this.submit(does, action, form);
    }
  }

  async submit(
    does: 'post' | 'post twice' | 'post at once' | 'stale' | 'foreign',
    { answer, which }: RandomAction,
    latest: Form,
  ): Promise<void> {
    const { visitor } = this;
    const { forms } = visitor;
    const stale = forms[which % forms.length] ?? latest;
    switch (does) {
      case 'post at once':
        return this.watched(() => Promise.all([this.answer(latest, answer), this.answer(latest, 'right')]), latest);
      case 'post twice':
        await this.post(latest, answer);
        return this.post(latest, answer);
      case 'stale':
        return this.post(stale, answer);
      case 'foreign':
        return this.post(
          { step: [latest.step, 'step0', 'extra0', 'nowhere'][which % 4] ?? '', revision: which },
          answer,
        );
      case 'post':
        return this.post(latest, answer);
    }
  }

  async get(): Promise<void> {
    const { plans } = this.visitor.scene;
    const before = await plans.contents();
    const acts = this.built.hasSideEffects.length;
    this.see(await this.visitor.get());
    assert.deepEqual(await plans.contents(), before, 'a GET changed the store');
    assert.equal(this.built.hasSideEffects.length, acts, 'a GET let a stage act');
  }

  async post(form: Form, answer: Answer): Promise<void> {
    await this.watched(async () => [await this.answer(form, answer)], form);
  }

  answer(form: Form, answer: Answer): Promise<ExecutorAnswer> {
    const { flow } = this.built;
    const keys = [...flow.bindings, ...flow.insertable.values()].map(({ key }) => key);
    return this.visitor.submit(Object.fromEntries(keys.map((key) => [key, answer])), form);
  }

  /**
   * Checks that a POST advances the store by one revision at most, and only from the revision that it was rendered for.
   */
  async watched(post: () => Promise<readonly ExecutorAnswer[]>, form: Form): Promise<void> {
    const { visitor } = this;
    const id = visitor.planId;
    const { plans } = visitor.scene;
    const before = (await plans.contents()).get(id);
    const earlier = plans.writes.length;
    for (const reply of await post()) this.see(reply, id);
    const after = (await plans.contents()).get(id);
    const saves = plans.writes
      .slice(earlier)
      .filter((write) => write.id === id && write.call !== 'drop' && write.won).length;
    if ((before?.rev ?? 0) !== form.revision) assert.deepEqual(after, before, 'a stale form changed the store');
    else if (after !== undefined) assert.deepEqual([after.rev, saves <= 1], [(before?.rev ?? 0) + saves, true]);
    if (saves === 0 && after !== undefined) assert.deepEqual(after, before);
    if (after !== undefined) this.inspect(after.text, id);
    // The plan may continue under another token.
    const moved = visitor.planId === id ? undefined : (await plans.contents()).get(visitor.planId);
    if (moved !== undefined) this.inspect(moved.text, visitor.planId);
  }

  see(reply: ExecutorAnswer, id = this.visitor.planId): void {
    if (reply.type === 'redirect' && reply.freshToken && id === this.visitor.planId) this.newPlan();
    for (const { step, allowed, invited } of this.built.hasSideEffects) {
      assert.ok(allowed, 'a stage acted without leave');
      if (this.#gated.has(step)) assert.ok(invited, 'a stage behind a gate acted without an invitation');
    }
    if (reply.type === 'stage') assert.ok(keysOf(this.built.flow).includes(reply.step));
  }

  /** The invariants of every stored plan. */
  inspect(text: string, id: string): void {
    const { flow } = this.built;
    const restored = restore(text, flow, id);
    assert.notEqual(restored.type, 'unreadable', text);
    const record = restored.type === 'plan' ? restored.plan : restored.type === 'receipt' ? restored.receipt : null;
    assert.equal(record === null ? null : serialise(record), text, 'reading and writing again gives another text');
    if (restored.type === 'plan') this.inspectPlan(restored.plan, flow);
  }

  inspectPlan(plan: Plan, flow: Flow): void {
    const { at, steps, restarts, context } = plan;
    assert.ok(at >= 0 && at <= steps.length, 'the cursor is outside');
    assert.ok(
      steps.every(({ state }, index) => (state === 'ahead' ? index >= at : true)),
      'a step was left behind',
    );
    assert.equal(steps[at]?.state ?? 'ahead', 'ahead', 'the cursor stands on a step that is over');
    assert.equal(new Set(steps.map(({ key }) => key)).size, steps.length, 'a step is there twice');
    assert.ok(restarts <= planLimits.restarts);
    const bound = [...flow.bindings, ...flow.insertable.values()];
    const policies = [flow, ...bound].flatMap(({ guard }) => guard.bindings.map(({ policy }) => policy));
    const writes = new Set<string>([
      'redirect',
      ...policies.flatMap((policy) => policy.writes),
      ...bound.flatMap(({ stage }) => stage.writes),
    ]);
    for (const key of Object.keys(context)) assert.ok(writes.has(key), `nobody declared '${key}'`);
    for (const { key, state } of steps) {
      const stage = bound.find((binding) => binding.key === key)?.stage;
      const gate = stage !== undefined && isGate(stage);
      if (gate) assert.notEqual(state, 'skipped', 'a gate was left out');
      if (gate && state === 'passed') assert.ok(context.invitation, 'a gate was passed without an invitation');
    }
  }

  /** With right answers from here on the flow ends: finished, redirected or denied. */
  async leave(): Promise<void> {
    this.built.calm();
    const { visitor } = this;
    const bound = 12 + 8 * keysOf(this.built.flow).length;
    let shown: ExecutorAnswer = await visitor.get();
    for (let turn = 0; turn < bound; turn += 1) {
      this.see(shown);
      if (isEnd(shown)) return;
      const form = shown.type === 'stage' ? { step: shown.step, revision: shown.revision } : null;
      if (form === null) shown = await visitor.get();
      else await this.watched(async () => [(shown = await this.answer(form, 'right'))], form);
    }
    assert.fail(`no end after ${bound} turns`);
  }

  newPlan(): void {
    this.#plans += 1;
    this.visitor.planId = `plan-${this.#plans}`;
  }
}

function keysOf(flow: Flow): readonly string[] {
  return [...flow.bindings.map(({ key }) => key), ...flow.insertable.keys()];
}

function isEnd(reply: ExecutorAnswer): boolean {
  if (reply.type === 'refusal' || reply.type === 'enrolled') return true;
  return reply.type === 'redirect' && (reply.done || !('flow' in reply.to && reply.to.flow === 'random'));
}
