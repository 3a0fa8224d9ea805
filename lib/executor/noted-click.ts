import { isSamePassword } from '../base/same-password.js';
import { message } from '../base/message.js';
import { formNoteKey, readFormNote } from '../flow/form-note.js';
import { formDigest } from './form-digest.js';
import { redirectTo, refusal, type Reply } from './reply.js';
import type { Run } from './run.js';

/**
 * The reply to the second of two clicks whose first one has acted and left no receipt, because its process stopped: what
 * it noted before is true by now. `null`: it noted nothing, or has not acted.
 */
export async function replyToNoted({ context, ask, plan }: Run): Promise<Reply | null> {
  const { ephemeralStore, profiles } = context.services;
  const { flow } = ask;
  const note = readFormNote(await ephemeralStore.peek(formNoteKey(formDigest(context, ask))));
  if (note === null) return null;
  const profile = await profiles.find(note.user);
  if (note.before === 'removed') {
    const isOthers = ask.facts.user !== undefined && ask.facts.user !== note.user;
    if (profile !== null || isOthers) return null;
    return redirectTo(plan.context.redirect ?? { path: flow.target }, {
      done: true,
      signOut: ask.facts.user !== undefined,
    });
  }
  if (profile === null || isSamePassword(note.before, profile.passwordChangedAt)) return null;
  return refusal(403, [message('flow.recovery.changed'), message('flow.recovery.changed_text')], {
    flow,
    reason: 'signed_out',
  });
}
