import assert from 'node:assert/strict';
import { execute } from '../../lib/executor/execute.js';
import type { Reply, StageReply } from '../../lib/executor/reply.js';
import type { Context } from '../../lib/flow/context.js';
import type { Arrival } from '../../lib/flow/facts.js';
import type { Flow } from '../../lib/flow/flow.js';
import { restore } from '../../lib/flow/machine/codec.js';
import type { Plan, Receipt } from '../../lib/flow/plan.js';
import type { Scene } from './scene.js';

/** What a page's form is signed for. */
export interface Form {
  readonly step: string;
  readonly revision: number;
}

export type Fields = Readonly<Record<string, string>>;

/** Somebody who asks the executor for pages of one flow and sends their forms, as a browser with our cookie would. */
export class Visitor {
  readonly scene: Scene;
  readonly flow: Flow;
  planId: string;
  user: string | undefined;
  address = '192.0.2.1';
  arrival: Arrival = {};
  /** False until a page brought the cookie along. */
  known = false;
  /** The forms that were shown, the latest last. */
  readonly forms: Form[] = [];

  constructor(scene: Scene, flow: Flow, planId = 'plan-1') {
    this.scene = scene;
    this.flow = flow;
    this.planId = planId;
  }

  get form(): Form {
    const latest = this.forms.at(-1);
    assert.ok(latest, 'no form was shown yet');
    return latest;
  }

  async get(): Promise<Reply> {
    const fresh = !this.known;
    this.known = true;
    return this.#noted(
      await execute(this.scene.bench, {
        flow: this.flow,
        facts: this.#facts(false),
        planId: this.planId,
        fresh,
        submission: null,
        brought: null,
      }),
    );
  }

  /** Sends `fields` with the latest form, or with another one. */
  async post(fields: Fields = {}, form: Form = this.form): Promise<Reply> {
    const submission = { ...form, field: (name: string) => (Object.hasOwn(fields, name) ? fields[name] : undefined) };
    return this.#noted(
      await execute(this.scene.bench, {
        flow: this.flow,
        facts: this.#facts(true),
        planId: this.planId,
        fresh: false,
        submission,
        brought: null,
      }),
    );
  }

  /** Comes back from a source that has just recognised somebody. */
  async bring(brought: Context, act = true): Promise<Reply> {
    const fresh = !this.known;
    this.known = true;
    const { flow, planId } = this;
    return this.#noted(
      await execute(this.scene.bench, { flow, facts: this.#facts(act), planId, fresh, submission: null, brought }),
    );
  }

  /** GET, which must show a page. */
  async page(): Promise<StageReply> {
    const reply = await this.get();
    assert.equal(reply.is, 'stage', JSON.stringify(reply));
    return reply;
  }

  /** What is stored under this visitor's plan. */
  async stored(): Promise<{
    readonly rev: number;
    readonly plan: Plan | null;
    readonly receipt: Receipt | null;
  } | null> {
    const found = (await this.scene.plans.contents()).get(this.planId);
    if (found === undefined) return null;
    const restored = restore(found.text, this.flow, this.planId);
    return {
      rev: found.rev,
      plan: restored.is === 'plan' ? restored.plan : null,
      receipt: restored.is === 'receipt' ? restored.receipt : null,
    };
  }

  #facts(act: boolean) {
    const base = { act, address: this.address, locale: 'en', now: this.scene.clock.now(), arrival: this.arrival };
    return Object.freeze(this.user === undefined ? base : { ...base, user: this.user });
  }

  #noted(reply: Reply): Reply {
    if (reply.is === 'stage') this.forms.push({ step: reply.step, revision: reply.revision });
    return reply;
  }
}
