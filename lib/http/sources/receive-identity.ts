import type { Request, Response } from 'express';
import { message } from '../../base/message.js';
import { cancelPlan } from '../../executor/cancel.js';
import { execute } from '../../executor/execute.js';
import { refusal } from '../../executor/reply.js';
import { standingPlan } from '../../executor/standing.js';
import type { Context } from '../../flow/context.js';
import type { Flow } from '../../flow/flow.js';
import type { Plan } from '../../flow/plan.js';
import type { HeldIdentity } from '../../ports/held-identity.js';
import { mintHandle } from '../cookies/handle.js';
import { factsOf, type Visit } from '../visit.js';
import type { Web } from '../web.js';
import { writeRefusal, writeReply } from '../write-reply.js';
import { broughtBy, broughtForConnect, broughtForGate } from './brought.js';
import { makesAccounts } from './makes-accounts.js';
import type { Resume } from './resume.js';
import { waysBack, waysIn } from './source-links.js';
import type { Recognition, SourcesWeb } from './sources-web.js';

/** Somebody whom a source has just recognised, by an answer that is good once: this request may act. */
export interface Arriving {
  readonly web: Web;
  readonly sources: SourcesWeb;
  readonly req: Request;
  readonly res: Response;
  readonly identity: HeldIdentity;
  readonly resume: Resume;
}

/** Who has an account is signed in; who has none comes to the gate, or goes on where the way began. */
export async function receiveIdentity(arriving: Arriving): Promise<void> {
  const { web, sources, req, res, identity, resume } = arriving;
  const user = await web.door.current(req);
  const recently = user !== null && web.door.signedInRecently(req, user);
  const recognised = await sources.recognise(identity, user === null ? null : { userId: user, recently });
  web.bench.events('source.identified', { source: identity.source, outcome: recognised.is });
  switch (recognised.is) {
    case 'denied': {
      const messages = [message(recognised.message, { source: identity.sourceName })];
      const links = [...(user === null ? waysIn(web) : []), ...waysBack(web, identity.source, resume)];
      writeRefusal(web, req, res, refusal(403, messages, { links }));
      return;
    }
    case 'sign_in':
      return signIn(arriving, recognised, user);
    case 'connect':
      return run(
        arriving,
        { flow: sources.connect, user, act: false },
        broughtForConnect(identity, recognised, recently),
      );
    case 'enroll':
      return enroll(arriving, recognised);
  }
}

async function signIn(
  arriving: Arriving,
  { userId }: Extract<Recognition, { is: 'sign_in' }>,
  user: string | null,
): Promise<void> {
  const { web, sources, req, identity, resume } = arriving;
  const begun = await begunIn(arriving);
  if (begun === null || begun.plan === null)
    return run(
      arriving,
      { flow: sources.authentication, user, act: true },
      { ...broughtBy(identity), pending_user: userId },
    );
  const { flow, plan } = begun;
  // Whoever shows by another provider that an account is theirs has proved it; the button is theirs to press.
  if (flow === sources.connect)
    return run(arriving, { flow, user, act: false, planId: plan.id }, { pending_user: userId });
  // No other account is to be made of it, so that a place that was kept is free again.
  await cancelPlan(web.bench, flow, { planId: plan.id, address: web.client(req) });
  const next = resume.next ?? plan.origin.redirect ?? null;
  return run(
    { ...arriving, resume: { ...resume, next } },
    { flow: sources.authentication, user, act: true },
    { ...broughtBy(identity), pending_user: userId },
  );
}

/** A flow that makes accounts goes on where it was, with what is known now; everybody else comes to the gate. */
async function enroll(arriving: Arriving, recognised: Extract<Recognition, { is: 'enroll' }>): Promise<void> {
  const { sources, identity } = arriving;
  const begun = await begunIn(arriving);
  const brought = broughtForGate(identity, recognised);
  if (begun !== null && makesAccounts(begun.flow))
    return run(arriving, { flow: begun.flow, user: null, act: true, planId: begun.planId }, brought);
  return run(arriving, { flow: sources.gate, user: null, act: true }, brought);
}

interface Begun {
  readonly flow: Flow;
  readonly planId: string;
  /** `null`: nothing was stored yet, or it lapsed meanwhile. */
  readonly plan: Plan | null;
}

/** Where the way began; `null` where it began in no flow, and where that one was finished meanwhile, in another tab. */
async function begunIn({ web, resume }: Arriving): Promise<Begun | null> {
  const flow = resume.plan === null ? undefined : web.flows.get(resume.plan.flow);
  if (resume.plan === null || flow === undefined) return null;
  const { id: planId } = resume.plan;
  const plan = await standingPlan(web.bench, flow, planId);
  return plan === 'over' ? null : { flow, planId, plan };
}

interface Way {
  readonly flow: Flow;
  readonly user: string | null;
  /** False: a button has to be pressed before anything happens. */
  readonly act: boolean;
  /** The plan that goes on; left out: one of its own, whose handle the browser gets. */
  readonly planId?: string;
}

async function run(
  { web, req, res, resume }: Arriving,
  { flow, user, act, planId }: Way,
  brought: Context,
): Promise<void> {
  const handle =
    planId === undefined
      ? mintHandle(web.keyring, flow.slug, web.clock.now(), web.token())
      : { text: '', planId, fresh: false };
  const arrival = resume.next === null ? {} : { next: resume.next };
  const visit: Visit = { web, req, res, flow, jar: web.cookies(flow.slug, req), handle, arrival, user };
  const reply = await execute(web.bench, {
    flow,
    facts: factsOf(visit, act),
    planId: handle.planId,
    fresh: handle.fresh,
    submission: null,
    brought,
  });
  await writeReply(visit, reply);
}
