import type { Request } from 'express';
import { message, type Message } from '../../base/message.js';
import type { Reply } from '../../executor/reply.js';
import type { Submission } from '../../executor/run.js';
import type { Flow } from '../../flow/flow.js';
import { bindingOf } from '../../flow/machine/advance.js';
import type { FileField } from '../../flow/stage.js';
import { isOfAnotherUser, readSignature, signatureField } from '../posted-form.js';
import type { FieldReader } from '../read-body.js';
import type { Visit } from '../visit.js';
import { readMultipart, type FilePermit } from './read-multipart.js';
import type { FilesOfForm } from './sent-files.js';

/** True for a form with files, to a flow that asks for some. To all other flows such a form is a wrong one (415). */
export function sendsFiles(flow: Flow, req: Request): boolean {
  return req.headers['content-type']?.slice(0, 19).toLowerCase() === 'multipart/form-data' && asksForFiles(flow);
}

/** True for a flow with a prompt for a file. */
export function asksForFiles({ bindings, insertable }: Flow): boolean {
  return [...bindings, ...insertable.values()].some(({ stage }) => stage.asking && stage.fileFields.length > 0);
}

/**
 * Reads a form with files. Its signature, which `signatureIn` finds, and its plan are checked before a byte of a file is
 * stored.
 */
export function readFiles(
  { web, req, planToken, user }: Visit,
  flow: Flow,
  signatureIn = (field: FieldReader) => field(signatureField),
): Promise<{ readonly field: FieldReader; readonly files: FilesOfForm }> {
  const { planId, enrollmentId, fresh } = planToken;
  return readMultipart(req, {
    log: web.log,
    flow: flow.slug,
    enrollmentId,
    permit(field) {
      const signed = fresh ? null : readSignature(web.keyring, enrollmentId, flow.slug, signatureIn(field));
      if (signed === null || isOfAnotherUser(web.keyring, { enrollmentId, user }, signed)) return null;
      const permitOf = (stored: { readonly rev: number } | null): FilePermit => ({
        fields: fileFieldsOf(flow, signed.step),
        isCurrent: signed.revision === (stored === null ? 0 : stored.rev),
      });
      return web.context.plans.load(planId).then(permitOf);
    },
  });
}

function fileFieldsOf(flow: Flow, step: string): readonly FileField[] {
  const stage = bindingOf(flow, step)?.stage;
  return stage?.asking === true ? stage.fileFields : [];
}

/** A page that is shown again cannot contain a file, so it says that the file has to be chosen again. */
export function asksForFilesAgain(reply: Reply, { step }: Submission, files: FilesOfForm): Reply {
  if (reply.type !== 'stage' || reply.step !== step) return reply;
  const { fields } = reply.challenge;
  const keys = Array.isArray(fields)
    ? fields.flatMap((field: object) => ('field_key' in field ? [field.field_key] : []))
    : [];
  const again: Record<string, readonly Message[]> = {};
  for (const key of keys)
    if (typeof key === 'string' && files.answerOf(key)?.type === 'stored' && reply.errors[key] === undefined)
      again[key] = [message('prompt.file.again')];
  return { ...reply, errors: { ...reply.errors, ...again } };
}
