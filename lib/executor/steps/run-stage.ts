import { chain, type Awaitable } from '../../base/awaitable.js';
import { message } from '../../base/message.js';
import { flowTarget } from '../../base/target.js';
import type { Patch } from '../../flow/context.js';
import type { StageContext } from '../../flow/facts.js';
import { patchContext } from '../../flow/machine/advance.js';
import { provedUser } from '../../flow/proved-user.js';
import { mayChangeSignIn } from '../../flow/recent-authentication.js';
import type { AskingStage } from '../../flow/stage.js';
import { declared } from '../plan-changes.js';
import { effectsOf, stageContextOf, type Redraw, type StageRun, type Submission } from '../run.js';
import { firstLost, inputOf, listsOf, unprocessedOf } from '../posted-fields.js';
import { filesOf } from '../form-files.js';
import { askPasswordAgain, readSavedPassword, sealSavedPassword } from '../saved-password.js';
import { beginFlowOf, opensOnce, startOver } from '../start-over.js';
import { ifStillSignedIn } from '../still-signed-in.js';
import { ifAnswerable, withoutFactor } from '../unanswerable-step.js';
import { actingContextOf, ifProved } from '../unproved-step.js';
import { continueReply, stageReply } from '../stage-page.js';
import { movedOn } from '../unpassed-step.js';
import { redirectTo, refusal, type StageReply } from '../reply.js';

/** Runs the stage at the cursor. The result is an outcome, answers that policies check first, or a page. */
export function runStage(run: StageRun): Awaitable<StageRun> {
  const { binding } = run;
  const { stage } = binding;
  const { submission, facts } = run.ask;
  const at = stageContextOf(run, binding.key);
  const answering = submission !== null && !run.answered && submission.step === binding.key;
  if (!stage.asking) {
    const pressed = facts.act && (!stage.requiresConfirmation || submission?.step === binding.key);
    if (stage.hasSideEffects && !pressed) return pageOf(run, (shown) => continueReply(shown, binding));
    const ran = (seen: StageContext): Awaitable<StageRun> =>
      chain(stage.run(seen), (outcome): StageRun => ({ ...run, outcome }));
    if (stage.hasSideEffects)
      return ifStillSignedIn(run, () => ifProved(run, () => ran(actingContextOf(run, binding.key))));
    return chain(ran(at), (done) => (done.outcome?.type === 'ended' ? ifProved(run, () => done) : done));
  }
  if (stage.needsRecentAuthentication && !mayChangeSignIn(at)) return startAgain(run, provedUser(at));
  return ifAnswerable(run, stage, () =>
    answering ? ifProved(run, () => readForm(run, stage, submission)) : askFor(run, stage),
  );
}

/** The stage's page, unless there is nothing to ask. */
function askFor(run: StageRun, stage: AskingStage): Awaitable<StageRun> {
  const { binding } = run;
  const { submission, facts } = run.ask;
  const at = stageContextOf(run, binding.key);
  // An answer is accepted even from a satisfied stage, because a later stage asked again.
  return chain(stage.satisfied(at), (satisfied): Awaitable<StageRun> => {
    if (satisfied) return { ...run, outcome: { type: 'completed' } };
    const { redraw } = run.ask;
    if (redraw?.form.step === binding.key) return drawAgain(run, stage, redraw);
    if (submission !== null && !run.answered) return run.reconsidered ? withoutFactor(run) : movedOn(run);
    if (stage.arrive === null || !facts.act)
      return pageOf(run, (shown) => stageReply(shown, binding, stage, { status: 200 }));
    return chain(stage.arrive(at), (patch) =>
      pageOf(arrived(run, patch), (shown) => stageReply(shown, binding, stage, { status: 200 })),
    );
  });
}

/**
 * What the plan proved counts no more: another plan begins, and nothing of this one is done. Its user proves again who
 * they are, and then finds what was shown to them before, the secret of an authenticator app for example: both plans
 * have one enrollment's id. Another user of the browser does not. A plan that another flow began starts over there. One
 * that came here without asking anything would only do so again, and what cannot be opened twice proves nothing anew:
 * they are refused.
 */
function startAgain(run: StageRun, proved: string | undefined): StageRun {
  const { flow, facts, nextToken, submission, injectedContext } = run.ask;
  if (run.revision === 0 && submission === null && injectedContext === null)
    return { ...run, changed: false, reply: refusal(403, [message('policy.recently_authenticated.not')], { flow }) };
  const begin = beginFlowOf(run);
  if (begin.slug !== flow.slug && opensOnce(begin))
    return { ...run, changed: false, reply: refusal(403, [message('notice.expired')], { flow }) };
  const isOthers = facts.user !== undefined && proved !== undefined && proved !== facts.user;
  if (begin.slug !== flow.slug && !isOthers) return startOver(run, message('notice.expired'));
  const token = isOthers ? { freshToken: true } : { token: nextToken('authenticate again') };
  const reply = redirectTo(flowTarget(flow.slug), { notice: message('notice.expired'), ...token });
  return { ...run, changed: false, reply };
}

function arrived(run: StageRun, patch: Patch | null): StageRun {
  if (patch === null) return run;
  return { ...run, plan: patchContext(run.plan, declared(run.binding.stage.writes, patch)), changed: true };
}

/** The page of a form that asks for nothing else: with what was typed, and with its saved password if none was. */
function drawAgain(run: StageRun, stage: AskingStage, { form, lost, said }: Redraw): Awaitable<StageRun> {
  const { key } = run.binding;
  const saidErrors = said?.errors ?? {};
  // A new password that was typed is not kept, and it replaces the saved one: both are asked for again.
  return chain(readSavedPassword(run, stage, form), (sent) => {
    const errors = sent.type === 'lost' ? askPasswordAgain(stage, saidErrors) : saidErrors;
    return pageOf({ ...run, savedPassword: sent.type === 'saved' ? sent.hash : null }, (shown) =>
      chain(sealSavedPassword(shown, key, { stage, errors }), (savedPassword) =>
        chain(
          stageReply(shown, run.binding, stage, {
            status: 200,
            typed: unprocessedOf(stage, form),
            savedPassword,
            errors,
            reference: said?.reference ?? null,
          }),
          (reply) => withoutLost(reply, stage, form, lost),
        ),
      ),
    );
  });
}

/** Says which of the typed values are gone. */
function withoutLost(
  reply: StageReply,
  stage: AskingStage,
  form: Submission,
  lostBefore: string | null | undefined,
): StageReply {
  const focus = firstLost(stage, form, reply.challenge, lostBefore);
  return focus === null ? reply : { ...reply, focus, notice: message('notice.typed_secret') };
}

function readForm(run: StageRun, stage: AskingStage, submission: Submission): Awaitable<StageRun> {
  return chain(readSavedPassword(run, stage, submission), (sent): Awaitable<StageRun> => {
    const reading: StageRun = sent.type === 'saved' ? { ...run, savedPassword: sent.hash } : run;
    const at = stageContextOf(reading, run.binding.key);
    return chain(
      stage.read(inputOf(stage, submission), at, listsOf(stage, submission), filesOf(stage, submission)),
      (parsed): StageRun => {
        if (sent.type === 'lost')
          return {
            ...run,
            outcome: { type: 'invalid', errors: askPasswordAgain(stage, parsed.ok ? {} : parsed.errors) },
          };
        return parsed.ok
          ? { ...reading, answers: parsed.value }
          : { ...reading, answers: parsed.accepted ?? null, outcome: { type: 'invalid', errors: parsed.errors } };
      },
    );
  });
}

/**
 * After progress the browser is redirected to the page, so that a reload repeats nothing. Where a form asks for more
 * time, the plan is stored again as it is.
 */
function pageOf(run: StageRun, draw: (shown: StageRun) => Awaitable<StageReply>): Awaitable<StageRun> {
  const { submission, redraw, injectedContext, flow } = run.ask;
  const progress = submission !== null || injectedContext !== null;
  if (progress) return { ...run, reply: redirectTo(flowTarget(flow.slug), effectsOf(run)) };
  const isStored = redraw?.extends === true && run.revision > 0;
  const shown: StageRun = isStored ? { ...run, changed: true } : run;
  return chain(draw(shown), (reply): StageRun => ({ ...shown, reply }));
}
