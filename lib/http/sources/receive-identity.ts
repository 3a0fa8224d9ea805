import type { Request, Response } from 'express';
import { randomReference } from '../../base/ids.js';
import type { Keyring } from '../../base/keyring.js';
import { messageOf } from '../../base/message.js';
import { cancelPlan } from '../../executor/cancel.js';
import { execute } from '../../executor/execute.js';
import { refusal } from '../../executor/reply.js';
import { continuesWith, loadActivePlan } from '../../executor/active-plan.js';
import type { Context } from '../../flow/context.js';
import type { Flow } from '../../flow/flow.js';
import type { Plan } from '../../flow/plan.js';
import type { StageLink } from '../../flow/stage.js';
import type { PendingIdentity } from '../../ports/pending-identity.js';
import type { IdentityDecision } from '../../sources/identities/decide-identity.js';
import { mintPlanToken, type HeldPlanToken } from '../cookies/plan-token.js';
import { factsOf, planOf, type Visit } from '../visit.js';
import { connectPath } from '../links.js';
import type { Web } from '../web.js';
import { sendRefusal, sendReply } from '../send-reply.js';
import { contextOfIdentity, connectContext, gateContext } from './identity-context.js';
import { makesAccounts } from './makes-accounts.js';
import type { Resume } from './resume.js';
import { returnLinks, signInLinksOf, signOutLinks } from './source-links.js';
import type { SourcesWeb } from './sources-web.js';

/** An identity that a source has just returned, by a single-use answer: this request may act on it. */
interface Arriving {
  readonly web: Web;
  readonly sources: SourcesWeb;
  readonly req: Request;
  readonly res: Response;
  readonly identity: PendingIdentity;
  readonly resume: Resume;
  /** Names the answer; the same for one that is taken again. */
  readonly answer: string;
  /** `Set-Cookie` lines of the sign-in's own cookie, sent where the way goes on. */
  readonly ended: readonly string[];
}

/** Who has an account is signed in; who has none comes to the gate, or goes on where the way began. */
export async function receiveIdentity(arriving: Arriving): Promise<void> {
  const { web, sources, req, res, identity } = arriving;
  const user = await web.authSession.current(req);
  const recently = user !== null && web.authSession.signedInRecently(req, user);
  const decision = await sources.decide(identity, user === null ? null : { userId: user, recently });
  web.context.events({ type: 'source.identified', source: identity.source, outcome: decision.type });
  switch (decision.type) {
    case 'denied': {
      const { who } = decision;
      const values = { source: identity.sourceName, ...(who === undefined ? {} : { who }) };
      const messages = [messageOf(decision.message, values)];
      const reference = randomReference();
      const { resume } = goingOn(arriving, await begunIn(arriving));
      const links = waysOn({ ...arriving, resume }, decision, user);
      web.log.info(
        { source: identity.source, reason: decision.message, reference },
        'a person identified by a source was denied',
      );
      sendRefusal(web, req, res, refusal(403, messages, { reference, links }));
      return;
    }
    case 'sign_in':
      return signIn(arriving, decision, user);
    case 'connect':
      return run(
        goingOn(arriving, await begunIn(arriving)),
        { flow: sources.connect, user, act: false },
        connectContext(identity, decision, recently),
      );
    case 'enroll':
      return enroll(arriving, decision);
  }
}

/** A signed-in user has to sign out first; other visitors can sign in in another way, or go back. */
function waysOn(
  { web, identity, resume }: Arriving,
  { message: why }: Extract<IdentityDecision, { type: 'denied' }>,
  user: string | null,
): readonly StageLink[] {
  if (user !== null) return signOutLinks(web, identity.source, resume);
  const again = why !== 'source.disabled' && why !== 'source.inactive';
  return [
    ...(why === 'source.inactive' ? [] : signInLinksOf(web, identity.source, resume.next)),
    ...returnLinks(web, identity.source, { resume, again }),
  ];
}

async function signIn(
  arriving: Arriving,
  { userId }: Extract<IdentityDecision, { type: 'sign_in' }>,
  user: string | null,
): Promise<void> {
  const { web, sources, req, identity } = arriving;
  const begun = await begunIn(arriving);
  if (begun !== null && begun.plan !== null) {
    const { flow, planId, enrollmentId } = begun;
    // Signing in by another provider proves the account; the user still has to press the button.
    if (flow === sources.connect) return run(arriving, { flow, user, act: false, begun }, { pending_user: userId });
    const held = begun.plan.context.identity;
    // At the gate the account was proved by another source: signed in, the person is asked to connect the first one.
    if (held !== undefined && held.source !== identity.source) {
      const next = { path: connectPath(web, flow, held.source) };
      return run(
        { ...arriving, resume: { next, plan: null } },
        { flow: sources.authentication, user, act: true },
        { ...contextOfIdentity(identity), pending_user: userId },
      );
    }
    // No other account is to be made of it, so that a place that was kept is free again.
    await cancelPlan(web.context, flow, { planId, enrollmentId, address: web.client(req) });
  }
  const proved = { pending_user: userId };
  const continued = await continuedIn(arriving, () => proved);
  if (continued?.flow === sources.connect)
    return run(arriving, { flow: continued.flow, user, act: false, begun: continued }, proved);
  return run(
    goingOn(arriving, begun),
    { flow: sources.authentication, user, act: true },
    { ...contextOfIdentity(identity), pending_user: userId },
  );
}

/** A flow that makes accounts goes on where it was, with what is known now; everybody else comes to the gate. */
async function enroll(arriving: Arriving, decision: Extract<IdentityDecision, { type: 'enroll' }>): Promise<void> {
  const { sources, identity } = arriving;
  const begun = await begunIn(arriving);
  // Nothing has to be filled in for an account that is there: the gate alone asks for its code.
  const claims = decision.claims !== undefined;
  if (claims && begun !== null && begun.plan !== null && begun.flow !== sources.gate)
    await cancelPlan(arriving.web.context, begun.flow, {
      planId: begun.planId,
      enrollmentId: begun.enrollmentId,
      address: arriving.web.client(arriving.req),
    });
  const goesOn =
    begun !== null && makesAccounts(begun.flow) && (!claims || begun.flow === sources.gate)
      ? begun
      : await continuedIn(arriving, (flow) => gateContext(flow, identity, decision));
  const { flow } = goesOn ?? { flow: sources.gate };
  const context = gateContext(flow, identity, decision);
  if (goesOn === null) return run(goingOn(arriving, begun), { flow, user: null, act: true }, context);
  return run(arriving, { flow, user: null, act: true, begun: goesOn }, context);
}

interface Begun {
  readonly flow: Flow;
  readonly planId: string;
  readonly enrollmentId: string;
  readonly secretId: string;
  /** `null`: nothing was stored yet, or it lapsed meanwhile. */
  readonly plan: Plan | null;
}

/** Where the way began; `null` where it began in no flow, and where that one was finished meanwhile, in another tab. */
async function begunIn({ web, resume }: Arriving): Promise<Begun | null> {
  const flow = resume.plan === null ? undefined : web.flows.get(resume.plan.flow);
  if (resume.plan === null || flow === undefined) return null;
  const { id: planId, enrollmentId, secretId } = resume.plan;
  const plan = await loadActivePlan(web.context, flow, planId);
  return plan === 'over' ? null : { flow, planId, enrollmentId, secretId, plan };
}

/** Where exactly this answer has been taken into the plan already, by the first of two clicks. */
async function continuedIn({ web, resume }: Arriving, contextFor: (flow: Flow) => Context): Promise<Begun | null> {
  const flow = resume.plan === null ? undefined : web.flows.get(resume.plan.flow);
  if (resume.plan === null || flow === undefined) return null;
  const { id: planId, enrollmentId, secretId } = resume.plan;
  const continues = await continuesWith(web.context, {
    flow,
    planId,
    enrollmentId,
    secretId,
    injectedContext: contextFor(flow),
  });
  return continues ? { flow, planId, enrollmentId, secretId, plan: null } : null;
}

/** Another flow goes on for the one in which the way began, and leads where that one would have led. */
function goingOn(arriving: Arriving, begun: Begun | null): Arriving {
  const { resume } = arriving;
  return { ...arriving, resume: { ...resume, next: resume.next ?? begun?.plan?.origin.redirect ?? null } };
}

interface Way {
  readonly flow: Flow;
  readonly user: string | null;
  /** False: a button has to be pressed before anything happens. */
  readonly act: boolean;
  /** The plan that goes on; left out: one of its own, whose handle the browser gets. */
  readonly begun?: Begun;
}

async function run(arriving: Arriving, { flow, user, act, begun }: Way, context: Context): Promise<void> {
  const { web, req, res, resume, ended } = arriving;
  const planToken = begun === undefined ? await ownPlanToken(arriving, flow) : planTokenOf(arriving, begun);
  for (const line of ended) res.append('Set-Cookie', line);
  const entryLink = resume.next === null ? {} : { next: resume.next };
  const visit: Visit = { web, req, res, flow, jar: web.cookies(flow.slug, req), planToken, entryLink, user };
  const reply = await execute(web.context, {
    ...planOf(visit),
    facts: factsOf(visit, act),
    fresh: planToken.fresh,
    submission: null,
    injectedContext: context,
  });
  await sendReply(visit, reply);
}

/** Derived from the answer, which is good once: taken again, it leads to the same plan. */
async function ownPlanToken({ web, identity, answer }: Arriving, flow: Flow): Promise<HeldPlanToken> {
  const { source, issuer, subject, pendingSince } = identity;
  const derived = (keyring: Keyring): HeldPlanToken => {
    const token = keyring.sign('source', JSON.stringify(['plan', flow.slug, source, issuer, subject, answer]));
    return mintPlanToken(keyring, flow.slug, pendingSince, token);
  };
  // Another process may have taken it first, and may sign with another one of the secrets.
  const { ids } = web.keyring;
  for (const planToken of ids.length < 2 ? [] : ids.map((id) => derived(web.keyring.under(id))))
    if ((await web.context.plans.load(planToken.planId)) !== null) return planToken;
  return derived(web.keyring);
}

/** The handle itself stays in the browser; what it names is enough to exchange it. */
function planTokenOf({ identity }: Arriving, { planId, enrollmentId, secretId }: Begun): HeldPlanToken {
  return { text: '', planId, enrollmentId, fresh: false, issuedAt: identity.pendingSince, secretId };
}
