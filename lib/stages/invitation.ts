import { getPath, setPath } from '../base/json.js';
import { message } from '../base/message.js';
import { Secret } from '../base/secret.js';
import { acceptedCode, codeKeys, codeQuestion, type CodeKey } from '../flow/accepted-code.js';
import { defineSilentStage } from '../flow/define-stage.js';
import type { StageContext } from '../flow/facts.js';
import type { StageOutcome } from '../flow/outcome.js';

interface InvitationStageSettings {
  /** The prompt that asks for the code, on the page right before this stage; default `token`. */
  readonly field?: string;
  /** True: visitors without a code, and with a link that is not valid, continue without an invitation. Default false. */
  readonly continueWithoutInvitation?: boolean;
}

type Outcome = StageOutcome<CodeKey | 'prompt_data'>;

/**
 * Takes the invitation of a link, or of the code that was typed on the page before, into the plan. It uses no seat; the
 * seat is claimed when the account is written, with the data that the invitation enforces. A link that is only opened
 * is not looked up: the visitor presses a button first.
 */
export const invitationStage = defineSilentStage<InvitationStageSettings, CodeKey | 'prompt_data'>({
  kind: 'invitation',
  settings: (joi) => ({ field: joi.string(), continueWithoutInvitation: joi.boolean() }),
  hasSideEffects: false,
  readsCode: ({ field = 'token', continueWithoutInvitation = false }) => ({
    field,
    optional: continueWithoutInvitation,
  }),
  consumes: ({ field = 'token' }) => [field],
  writes: [...codeKeys, 'prompt_data'],
  words: {
    title: message('stage.invitation.title'),
    text: message('stage.invitation.text'),
    submit: message('form.submit'),
  },
  async run({ field = 'token', continueWithoutInvitation = false }, at) {
    const { context, facts } = at;
    const typed = typedCode(at, field);
    const code = typed ?? facts.entryLink.code;
    if (context.invitation !== undefined && typed === undefined && (await isStillValid(at)))
      return { type: 'completed' };
    if (code === undefined) {
      const isOptional = continueWithoutInvitation || (context.invitation_rule ?? 'required') !== 'required';
      return isOptional ? { type: 'completed' } : { type: 'denied', message: message('users.invitation_needed') };
    }
    // The page with a button stands in.
    if (!facts.act) return { type: 'invalid', errors: { [field]: [] } };
    return answered(at, { field, code, isTyped: typed !== undefined, continueWithoutInvitation });
  },
});

/** The code that was typed on the page before. */
function typedCode({ context }: StageContext, field: string): Secret | undefined {
  const typed = getPath(context.prompt_data ?? {}, field);
  return typeof typed === 'string' && typed.trim() !== '' ? new Secret(typed) : undefined;
}

/** An earlier round of this plan accepted it. */
async function isStillValid(at: StageContext): Promise<boolean> {
  const { invitation } = at.context;
  if (invitation === undefined) return false;
  const question = codeQuestion(at, new Secret(''));
  return (await at.services.invitations.revalidate(invitation, question)).ok;
}

async function answered(
  at: StageContext,
  {
    field,
    code,
    isTyped,
    continueWithoutInvitation,
  }: {
    readonly field: string;
    readonly code: Secret;
    readonly isTyped: boolean;
    readonly continueWithoutInvitation: boolean;
  },
): Promise<Outcome> {
  const { context, enrollmentId, facts, services } = at;
  const verdict = await services.invitations.validate(codeQuestion(at, code));
  if (!verdict.ok) {
    const { message: said, reference, retryAfterSeconds } = verdict;
    const isThrottled = retryAfterSeconds !== undefined;
    if (isTyped || isThrottled)
      return {
        type: 'invalid',
        errors: { [field]: [said] },
        ...(reference === '' ? {} : { reference }),
        ...(isThrottled ? { retryAfterSeconds } : {}),
      };
    if (continueWithoutInvitation) return { type: 'completed', remove: ['invitation'] };
    return { type: 'denied', message: said, ...(reference === '' ? {} : { reference }) };
  }
  const before = context.invitation;
  if (before !== undefined && before.id !== verdict.invitation.id)
    await services.invitations.releaseReservation(before, enrollmentId, facts.address);
  return {
    type: 'completed',
    // A plan never keeps a code.
    patch: { ...acceptedCode(verdict, at), ...(isTyped ? { prompt_data: setPath(field, null) } : {}) },
  };
}
