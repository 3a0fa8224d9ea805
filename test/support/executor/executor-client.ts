import assert from 'node:assert/strict';
import { digest128 } from '../../../lib/base/ids.js';
import { savedPasswordField } from '../../../lib/base/reserved-names.js';
import { execute } from '../../../lib/executor/execute.js';
import type { RedirectReply, Reply, StageReply } from '../../../lib/executor/reply.js';
import type { Ask } from '../../../lib/executor/run.js';
import { maySignIn } from '../../../lib/executor/sign-in-evidence.js';
import type { Context } from '../../../lib/flow/context.js';
import type { FlowEntryLink } from '../../../lib/flow/facts.js';
import type { Flow } from '../../../lib/flow/flow.js';
import { restore } from '../../../lib/flow/machine/codec.js';
import type { Plan, CompletionReceipt } from '../../../lib/flow/plan.js';
import type { SignInEffect } from '../../../lib/flow/stage.js';
import type { Scene } from './scene.js';

/** The step and revision that a page's form is signed for. */
export interface Form {
  readonly step: string;
  readonly revision: number;
  /** What the page that says that the password is saved sends back. */
  readonly saved?: string | null;
}

type Fields = Readonly<Record<string, string>>;

type StageAnswer = Omit<StageReply, 'token'>;

/** A reply without the parts that only `http/` needs: the new token, and the evidence of a sign-in with its time. */
export type ExecutorAnswer =
  | Exclude<Reply, RedirectReply | StageReply>
  | StageAnswer
  | (Omit<RedirectReply, 'token' | 'signIn' | 'handOver' | 'remember'> & { readonly signIn: SignInEffect | null });

/** Asks the executor for the pages of one flow and sends their forms, like a browser that has the plan's cookie. */
export class ExecutorClient {
  readonly scene: Scene;
  readonly flow: Flow;
  planId: string;
  readonly enrollmentId: string;
  user: string | undefined;
  address = '192.0.2.1';
  entryLink: FlowEntryLink = {};
  /** False until a page has set the cookie. */
  hasCookie = false;
  /** The second factor that the browser is to remember. */
  remember: RedirectReply['remember'] = null;
  /** How another flow begins for which this one ended. */
  handOver: RedirectReply['handOver'] = null;
  /** The forms that were shown, the latest last. */
  readonly forms: Form[] = [];

  constructor(scene: Scene, flow: Flow, planId = 'plan-1') {
    this.scene = scene;
    this.flow = flow;
    this.planId = planId;
    this.enrollmentId = planId;
  }

  get form(): Form {
    const latest = this.forms.at(-1);
    assert.ok(latest, 'no form was shown yet');
    return latest;
  }

  /** One GET of the flow's page; its answer may be a redirect. */
  get(): Promise<ExecutorAnswer> {
    return this.#ask(false, null, null);
  }

  /** Sends `fields` with the latest form, or with another one. */
  submit(fields: Fields = {}, form: Form = this.form): Promise<ExecutorAnswer> {
    const { step, revision, saved = null } = form;
    const sent = saved === null ? fields : { [savedPasswordField]: saved, ...fields };
    const field = (name: string): string | undefined => (Object.hasOwn(sent, name) ? sent[name] : undefined);
    return this.#ask(true, { step, revision, field }, null);
  }

  /** Returns from a source that has just identified the visitor, with what it adds to the plan. */
  returnWith(injectedContext: Context, act = true): Promise<ExecutorAnswer> {
    return this.#ask(act, null, injectedContext);
  }

  /** Opens the flow's page; its answer must be a page. */
  async open(): Promise<StageAnswer> {
    const reply = await this.get();
    assert.equal(reply.type, 'stage', JSON.stringify(reply));
    return reply;
  }

  /** What is stored under this visitor's plan. */
  async stored(): Promise<{
    readonly rev: number;
    readonly plan: Plan | null;
    readonly receipt: CompletionReceipt | null;
  } | null> {
    const found = (await this.scene.plans.contents()).get(this.planId);
    if (found === undefined) return null;
    const restored = restore(found.text, this.flow, this.planId);
    return {
      rev: found.rev,
      plan: restored.type === 'plan' ? restored.plan : null,
      receipt: restored.type === 'receipt' ? restored.receipt : null,
    };
  }

  async #ask(act: boolean, submission: Ask['submission'], injectedContext: Context | null): Promise<ExecutorAnswer> {
    const fresh = submission === null && !this.hasCookie;
    if (submission === null) this.hasCookie = true;
    const { flow } = this;
    const ask: Ask = {
      flow,
      facts: this.#facts(act),
      ...this.#plan(),
      fresh,
      epoch: 0,
      submission,
      redraw: null,
      injectedContext,
    };
    return this.#noted(await execute(this.scene.context, ask));
  }

  #plan() {
    const { planId, enrollmentId } = this;
    const nextToken = (cause: string) => {
      const text = digest128(JSON.stringify(['next', planId, cause]));
      return { text, planId: text, enrollmentId };
    };
    return { planId, enrollmentId, nextToken };
  }

  #facts(act: boolean) {
    const base = { act, address: this.address, locale: 'en', now: this.scene.clock.now(), entryLink: this.entryLink };
    return Object.freeze(this.user === undefined ? base : { ...base, user: this.user });
  }

  /** Keeps the cookie as a browser does. Evidence is checked here once for all tests, which then see the rest. */
  #noted(reply: Reply): ExecutorAnswer {
    if (reply.type === 'stage') {
      this.forms.push({ step: reply.step, revision: reply.revision, saved: reply.savedPassword });
      const { token, ...emitted } = reply;
      if (token !== null) this.planId = token.planId;
      return emitted;
    }
    if (reply.type !== 'redirect') return reply;
    const { token, signIn, handOver, remember, ...emitted } = reply;
    if (token !== null) this.planId = token.planId;
    this.handOver = handOver;
    this.remember = remember;
    if (signIn === null) return { ...emitted, signIn };
    const { evidence, authenticatedAt, epoch, ...effect } = signIn;
    assert.ok(authenticatedAt > 0 && epoch > 0);
    assert.ok(maySignIn(effect.signIn, evidence), `a sign-in without evidence: ${JSON.stringify(signIn)}`);
    return { ...emitted, signIn: effect };
  }
}
