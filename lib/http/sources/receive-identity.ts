import type { Request, Response } from 'express';
import { randomReference } from '../../base/ids.js';
import { cancelPlan } from '../../executor/cancel.js';
import { execute } from '../../executor/execute.js';
import { refusal } from '../../executor/reply.js';
import type { Context } from '../../flow/context.js';
import type { Flow } from '../../flow/flow.js';
import type { StageLink } from '../../flow/stage.js';
import type { IdentityDenialReason } from '../../ports/identities.js';
import type { IdentityDecision } from '../../sources/identities/decide-identity.js';
import { connectPath } from '../links.js';
import { sendRefusal, sendReply } from '../send-reply.js';
import { askOf, type Visit } from '../visit.js';
import type { WebSources } from '../web.js';
import { announceConnected } from './announce-connected.js';
import { answerSourceStage, sourceStageOf } from './answer-source-stage.js';
import {
  findBegunPlan,
  findContinuedPlan,
  newPlanToken,
  tokenOfBegunPlan,
  type BegunPlan,
  type SourceAnswer,
} from './begun-plan.js';
import { contextOfIdentity, connectContext, createsAccounts, gateContext } from './identity-context.js';
import { nowhere } from './source-cookies.js';
import { begunFlow, returnLinks, signInLinksOf, signOutLinks } from './source-failure.js';

/** An identity that a source has just returned, by a single-use answer: this request may act on it. */
export interface ReceivedIdentity extends SourceAnswer {
  readonly sources: WebSources;
  readonly req: Request;
  readonly res: Response;
  /** `Set-Cookie` lines for the sign-in's own cookie, sent where the visitor continues. */
  readonly ended: readonly string[];
}

/**
 * Signs in a visitor with an account; other visitors are sent to the gate, or continue in the flow in which the sign-in
 * began.
 */
export async function receiveIdentity(received: ReceivedIdentity): Promise<void> {
  const { web, sources, req, res, identity } = received;
  const user = await web.authSession.current(req);
  const stage = await sourceStageOf(received);
  if (stage !== null)
    return answerSourceStage(received, stage, user, (begun, context) =>
      runFlow(received, { flow: begun.flow, user, act: true, begun }, context),
    );
  const recently = user !== null && web.authSession.signedInRecently(req, user);
  const signedIn = user === null ? null : { userId: user, recently };
  const decision = await sources.decide(identity, signedIn, announceConnected(received));
  web.context.events({ type: 'source.identified', source: identity.source, outcome: decision.type });
  switch (decision.type) {
    case 'denied': {
      const { reason, message: said } = decision;
      const reference = randomReference();
      const { resume } = inheritNext(received, await findBegunPlan(received));
      const links = denialLinks({ ...received, resume }, reason, user);
      web.log.info({ source: identity.source, reason, reference }, 'a person identified by a source was denied');
      const reply = refusal(403, [said], { reason: user === null ? 'source_failed' : null, reference, links });
      return sendRefusal(web, req, res, reply, { pageFlow: begunFlow(web, resume) });
    }
    case 'sign_in':
      return signIn(received, decision, user);
    case 'connect':
      return runFlow(
        inheritNext(received, await findBegunPlan(received)),
        { flow: sources.connect, user, act: false },
        connectContext(identity, decision, { recently, connect: sources.connect, gate: sources.gate }),
      );
    case 'enroll':
      return enroll(received, decision);
  }
}

/** A signed-in user has to sign out first; other visitors can sign in another way, or go back. */
function denialLinks(
  { web, identity, resume }: ReceivedIdentity,
  reason: IdentityDenialReason,
  user: string | null,
): readonly StageLink[] {
  if (user !== null)
    return [
      ...signOutLinks(web, identity.source, resume),
      ...returnLinks(web, identity.source, { resume, again: false }),
    ];
  const again = reason !== 'disabled' && reason !== 'inactive';
  return [
    ...(reason === 'inactive' ? [] : signInLinksOf(web, identity.source, resume.next)),
    ...returnLinks(web, identity.source, { resume, again }),
  ];
}

async function signIn(
  received: ReceivedIdentity,
  { userId }: Extract<IdentityDecision, { type: 'sign_in' }>,
  user: string | null,
): Promise<void> {
  const { web, sources, req, identity } = received;
  const begun = await findBegunPlan(received);
  if (begun !== null && begun.plan !== null) {
    const { flow, planId, enrollmentId } = begun;
    // Signing in by another provider proves the account; the user still has to press the button.
    if (flow.slug === sources.connect.slug)
      return runFlow(received, { flow, user, act: false, begun }, { pending_user: userId });
    const held = begun.plan.context.identity;
    // At the gate another source proved the account: once signed in, the user is asked to connect the first one.
    if (held !== undefined && held.source !== identity.source) {
      const next = { path: connectPath(web, flow, held.source) };
      return runFlow(
        { ...received, resume: { ...nowhere, next } },
        { flow: sources.authentication, user, act: true },
        { ...contextOfIdentity(identity), pending_user: userId },
      );
    }
    // No other account may be created from this plan, so its reservation is released.
    await cancelPlan(web.context, flow, { planId, enrollmentId, address: web.client(req) });
  }
  const proved = { pending_user: userId };
  const continued = await findContinuedPlan(received, () => proved);
  if (continued?.flow.slug === sources.connect.slug)
    return runFlow(received, { flow: continued.flow, user, act: false, begun: continued }, proved);
  return runFlow(
    inheritNext(received, begun),
    { flow: sources.authentication, user, act: true },
    { ...contextOfIdentity(identity), pending_user: userId },
  );
}

/** A flow that creates accounts continues at its current step, with the new identity; otherwise the gate follows. */
async function enroll(
  received: ReceivedIdentity,
  decision: Extract<IdentityDecision, { type: 'enroll' }>,
): Promise<void> {
  const { sources, identity } = received;
  const begun = await findBegunPlan(received);
  // An existing account needs no prompts: only the gate asks for its code.
  const claims = decision.claims !== undefined;
  if (claims && begun !== null && begun.plan !== null && begun.flow.slug !== sources.gate.slug)
    await cancelPlan(received.web.context, begun.flow, {
      planId: begun.planId,
      enrollmentId: begun.enrollmentId,
      address: received.web.client(received.req),
    });
  const continued =
    begun !== null && createsAccounts(begun.flow) && (!claims || begun.flow.slug === sources.gate.slug)
      ? begun
      : await findContinuedPlan(received, (flow) => gateContext(flow, identity, decision));
  const { flow } = continued ?? { flow: sources.gate };
  const context = gateContext(flow, identity, decision);
  if (continued === null) return runFlow(inheritNext(received, begun), { flow, user: null, act: true }, context);
  return runFlow(received, { flow, user: null, act: true, begun: continued }, context);
}

/** Another flow continues in place of the one in which the sign-in began, and redirects to the same target. */
function inheritNext(received: ReceivedIdentity, begun: BegunPlan | null): ReceivedIdentity {
  const { resume } = received;
  return { ...received, resume: { ...resume, next: resume.next ?? begun?.plan?.origin.redirect ?? null } };
}

interface FlowRun {
  readonly flow: Flow;
  readonly user: string | null;
  /** False: a button has to be pressed before anything happens. */
  readonly act: boolean;
  /** The plan that continues; default: a new one, whose token the browser gets. */
  readonly begun?: BegunPlan;
}

async function runFlow(
  received: ReceivedIdentity,
  { flow, user, act, begun }: FlowRun,
  context: Context,
): Promise<void> {
  const { req, res, resume, ended } = received;
  const web = begun?.web ?? received.web;
  const planToken = begun === undefined ? await newPlanToken(received, flow) : tokenOfBegunPlan(received, begun);
  for (const line of ended) res.append('Set-Cookie', line);
  const entryLink = resume.next === null ? {} : { next: resume.next };
  const [jar, locale] = [web.cookies(flow.slug, req), web.locale(req)];
  const visit: Visit = { web, req, res, flow, jar, planToken, entryLink, user, locale };
  const ask = askOf(visit, { act, fresh: planToken.fresh, submission: null, injectedContext: context });
  await sendReply(visit, await execute(web.context, ask));
}
