import { message, type Message } from '../../base/message.js';
import { randomReference } from '../../base/ids.js';
import { refusal } from '../../executor/reply.js';
import type { Context } from '../../flow/context.js';
import type { Flow } from '../../flow/flow.js';
import { bindingOf, currentBinding } from '../../flow/machine/advance.js';
import type { SourceQuestion } from '../../flow/stage.js';
import { webOfPlan } from '../flow-versions.js';
import { sendTo } from '../headers.js';
import { flowPath } from '../links.js';
import { sendRefusal } from '../send-reply.js';
import type { Web } from '../web.js';
import { announceConnected } from './announce-connected.js';
import { findBegunPlan, findContinuedPlan, type BegunPlan } from './begun-plan.js';
import { contextOfIdentity, createsAccounts } from './identity-context.js';
import type { ReceivedIdentity } from './receive-identity.js';
import { returnLinks } from './source-failure.js';
import { questionOf } from './source-question.js';

/** The stage that sent the visitor to the source. */
interface AskingSourceStage {
  readonly flow: Flow;
  readonly step: string;
  readonly question: SourceQuestion;
}

/** `null`: the sign-in began elsewhere, or in a flow that creates accounts, which takes any new identity. */
export async function sourceStageOf({ web, resume, identity }: ReceivedIdentity): Promise<AskingSourceStage | null> {
  const flow = resume.plan === null ? undefined : (await webOfPlan(web, resume.plan.id)).flows.get(resume.plan.flow);
  const step = resume.plan?.step ?? null;
  if (flow === undefined || step === null || createsAccounts(flow)) return null;
  const question = questionOf(bindingOf(flow, step));
  return question === null || question.source !== identity.source ? null : { flow, step, question };
}

type RunInFlow = (begun: BegunPlan, context: Context) => Promise<void>;

/**
 * Goes on in the plan that waits for the source. An identity that is not accepted changes nothing: its page leads to
 * another account of the source, and back.
 */
export async function answerSourceStage(
  received: ReceivedIdentity,
  { flow, step, question }: AskingSourceStage,
  user: string | null,
  run: RunInFlow,
): Promise<void> {
  const { web, sources, res, identity, ended } = received;
  const begun = await findBegunPlan(received);
  const isOver = begun === null || (begun.plan !== null && currentBinding(begun.plan, flow)?.key !== step);
  const base: Context = { ...contextOfIdentity(identity), source_stage: step };
  if (!question.requireConnection) {
    if ((await sources.get(identity.source)?.enabled()) !== true)
      return refuse(received, message('source.disabled', { source: identity.sourceName }));
    return proceed(base);
  }
  const signedIn = user === null ? null : { userId: user, recently: false };
  const decision = await sources.decide(identity, signedIn, announceConnected(received));
  web.context.events({ type: 'source.identified', source: identity.source, outcome: decision.type });
  if (decision.type === 'denied') return refuse(received, decision.message);
  if (decision.type !== 'sign_in')
    return refuse(received, message('source.not_allowed', { source: identity.sourceName }));
  if (await isAboutOther(web, begun?.plan?.context ?? {}, user, decision.userId))
    return refuse(received, message('source.taken', { source: identity.sourceName }));
  return proceed({ ...base, pending_user: decision.userId, source_stage_user: decision.userId });

  async function proceed(context: Context): Promise<void> {
    const target = isOver ? await findContinuedPlan(received, () => context) : begun;
    if (target !== null) return run(target, context);
    // The plan went on in another tab, or is over.
    for (const line of ended) res.append('Set-Cookie', line);
    sendTo(res, flowPath(web, flow.slug), null);
  }
}

/**
 * True where the flow is about another account than that of the identity: policies have decided about the account of the
 * name that was typed, too.
 */
async function isAboutOther(
  { context: { services } }: Web,
  { pending_user: proved, pending_user_identifier: typed }: Context,
  user: string | null,
  userId: string,
): Promise<boolean> {
  const holder = proved ?? user;
  if (holder !== null && holder !== userId) return true;
  if (proved !== undefined || typed === undefined) return false;
  return (await services.profiles.findByTyped(typed, ['username', 'email']))?.id !== userId;
}

function refuse({ web, req, res, identity, resume }: ReceivedIdentity, said: Message): Promise<void> {
  const reference = randomReference();
  web.log.info({ source: identity.source, reason: said.id, reference }, 'a source stage did not accept an identity');
  const links = returnLinks(web, identity.source, { resume, again: true, other: true });
  const flow = resume.plan === null ? null : (web.flows.get(resume.plan.flow) ?? null);
  const reply = refusal(403, [said], { reason: 'source_failed', reference, links });
  return sendRefusal(web, req, res, reply, { pageFlow: flow });
}
