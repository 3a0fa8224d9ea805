import type { Request, Response } from 'express';
import { message } from '../base/message.js';
import { cancelField, declineField, extendField, freshField, keepField, localeField } from '../base/reserved-names.js';
import { redirectTo, refusal, type RefusalReply } from '../executor/reply.js';
import type { Redraw, Submission } from '../executor/run.js';
import type { Flow } from '../flow/flow.js';
import { afterBody } from './after-body.js';
import { inLanguage } from './choose-language.js';
import { isOthersForm, othersFormReply } from './others-form.js';
import { formOrigin, readSignature, signatureField } from './posted-form.js';
import { readBody } from './read-body.js';
import { remainingErrors } from './remaining-errors.js';
import { sendRefusal, sendReply } from './send-reply.js';
import { readFiles, sendsFiles } from './uploads/form-files.js';
import type { FilesOfForm } from './uploads/sent-files.js';
import { openVisit, type Visit } from './visit.js';
import type { Web } from './web.js';

/** How a form's visit begins, and what it is once its body is read: see `afterBody`. */
interface VisitSteps {
  open(): Promise<Visit>;
  read(opened: Visit): Promise<Visit | null>;
}

/** A form of this browser. `redraw`: where it only asks for its page again. */
interface Received {
  readonly visit: Visit;
  readonly form: Submission;
  readonly redraw: Redraw | null;
  /** True: it asks for its page in another language. */
  readonly isInLanguage: boolean;
  /** Whether it asks to cancel its flow, or confirms it; `null`: neither. */
  readonly cancel: 'asked' | 'confirmed' | null;
  /** True: it asks for a fresh link of a mailed invitation. */
  readonly fresh: boolean;
  /** True: it declines the invitation of a mail. */
  readonly declines: boolean;
  /** The signature as it came. */
  readonly signature: string;
  /** Whose page it is of, see `userMark`. */
  readonly mark: string | null;
  /** `null`: the form can have none. */
  readonly files: FilesOfForm | null;
}

/**
 * Returns the form's step and fields once the origin, plan token and signature are valid; otherwise sends a 403 page.
 */
export async function receive(
  web: Web,
  flow: Flow,
  req: Request,
  res: Response,
  { open = () => openVisit(web, flow, req, res), read = afterBody }: Partial<VisitSteps> = {},
): Promise<Received | null> {
  const opened = await open();
  // If the browser sends no origin information, the step's signature decides.
  if (formOrigin(web, req) === 'foreign') {
    await sendReply(opened, forgedForm(flow));
    return null;
  }
  const sent = sendsFiles(flow, req) ? await readFiles(opened, flow) : null;
  const field = sent === null ? await readBody(req) : sent.field;
  const visit = await read(opened);
  if (visit === null) {
    await sent?.files.discardOthers();
    await sendRefusal(web, req, res, refusal(404, [message('problem.404')]));
    return null;
  }
  if (visit.planToken.fresh) {
    // A plan token that is present but no longer valid shows that the browser accepts cookies: its plan is over.
    const over = visit.jar.read('plan') !== undefined;
    await sendReply(
      visit,
      over
        ? redirectTo({ flow: flow.slug }, { notice: message('notice.expired') })
        : refusal(403, [message('problem.403.cookies')], { flow, reason: 'no_cookies' }),
    );
    return null;
  }
  const signature = field(signatureField) ?? '';
  const signed = readSignature(web.keyring, visit.planToken.enrollmentId, flow.slug, signature);
  if (signed === null) {
    await sendReply(visit, forgedForm(flow));
    return null;
  }
  const { step, revision } = signed;
  const files = sent === null ? null : sent.files;
  const posted: Submission = { step, revision, field, list: field.list };
  const form: Submission = files === null ? posted : { ...posted, files };
  const language = field(localeField);
  const isExtending = field(extendField) !== undefined;
  const lost = field(keepField);
  const cancel = field(cancelField);
  const [isFresh, isDeclining] = [field(freshField) !== undefined, field(declineField) === 'confirmed'];
  const answers =
    [language, lost, cancel].every((one) => one === undefined) && !isExtending && !isFresh && !isDeclining;
  if (await isOthersForm(visit, signed, answers ? form : null)) {
    await files?.discardOthers();
    await sendReply(visit, othersFormReply(visit));
    return null;
  }
  // The files were received by the rules of a flow that has changed since.
  if (files !== null && visit.flow.build !== opened.flow.build) {
    await files.discardOthers();
    await sendReply(visit, redirectTo({ flow: flow.slug }, { notice: message('notice.restarted') }));
    return null;
  }
  return {
    visit: language === undefined ? visit : inLanguage(visit, language),
    form,
    isInLanguage: language !== undefined,
    redraw:
      language === undefined && !isExtending && lost === undefined
        ? null
        : { form, extends: isExtending, lost: lost ?? null, said: remainingErrors(visit, form) },
    cancel:
      cancel === undefined || lost !== undefined
        ? null
        : cancel === 'confirmed' && language === undefined
          ? 'confirmed'
          : 'asked',
    fresh: language === undefined && isFresh,
    declines: language === undefined && isDeclining,
    signature,
    mark: signed.mark,
    files,
  };
}

/** The form was not made by the kit for this browser, or came from another site. */
export function forgedForm(flow: Flow): RefusalReply {
  return refusal(403, [message('problem.403.forged')], { flow, reason: 'forged_form' });
}
