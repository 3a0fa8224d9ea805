import type { MessageId } from '../base/texts/english.js';
import type { RefusalReply } from '../executor/reply.js';
import type { PageLink } from '../pages/page-model.js';

/** What a text tells visitors to do, and the links that do it. */
const labels = {
  again: ['link.try_again', 'link.start_again', 'source.other_account'],
  sign_in: ['link.sign_in'],
  sign_out: ['link.sign_out_continue', 'link.sign_out'],
  home: ['link.home'],
} as const satisfies Readonly<Record<string, readonly MessageId[]>>;

type Act = keyof typeof labels;

/** By the text of the refusal. Where it recommends something that no link does, such as waiting, no link is a button. */
const acts: ReadonlyMap<string, Act> = new Map<MessageId, Act>([
  ['authenticator.no_account', 'again'],
  ['email.no_recipient', 'again'],
  ['flow.not_applicable', 'home'],
  ['flow.not_redirected', 'home'],
  ['flow.signed_in', 'home'],
  ['flow.signed_in.authentication', 'home'],
  ['flow.signed_in.recovery', 'home'],
  ['flow.signed_in.other', 'home'],
  ['flow.signed_out', 'sign_in'],
  ['invitation.already', 'sign_in'],
  ['invitation.no_person', 'again'],
  ['invitation.other_email', 'again'],
  ['invitation.unknown', 'again'],
  ['invitation.used_up', 'sign_in'],
  ['policy.failed', 'again'],
  ['policy.recently_authenticated.not', 'sign_out'],
  ['problem.400', 'again'],
  ['problem.403.cookies', 'again'],
  ['problem.403.forged', 'again'],
  ['problem.404', 'home'],
  ['problem.415', 'again'],
  ['problem.500', 'again'],
  ['problem.503', 'again'],
  ['sign_in.kept_out', 'again'],
  ['source.another', 'sign_out'],
  ['source.another_named', 'sign_out'],
  ['source.away', 'again'],
  ['source.denied', 'again'],
  ['source.disconnected', 'sign_in'],
  ['source.expired', 'again'],
  ['source.failed', 'again'],
  ['source.lapsed', 'again'],
  ['source.matched', 'sign_in'],
  ['source.not_allowed', 'again'],
  ['source.other_browser', 'again'],
  ['source.other_enrollment', 'again'],
  ['source.prove', 'sign_in'],
  ['source.sign_in_again', 'sign_out'],
  ['source.unavailable', 'again'],
  ['source.under_way', 'again'],
  ['source.unknown', 'again'],
  ['source.untrusted', 'again'],
  ['source.used', 'again'],
  ['stage.address_undo.taken', 'sign_in'],
  ['stage.ask_for_invitation.no_address', 'again'],
  ['stage.password.cancelled', 'again'],
  ['stage.password.no_account', 'again'],
  ['stage.password_write.refused', 'again'],
  ['stage.user_login.no_account', 'again'],
  ['stage.user_write.nothing', 'again'],
  ['stage.user_write.unproved', 'again'],
  ['users.invitation_needed', 'again'],
]);

/** Marks the link that the text recommends. */
export function withRecommended(
  { messages }: Pick<RefusalReply, 'messages'>,
  links: readonly PageLink[],
): readonly PageLink[] {
  const act = messages.map(({ id }) => acts.get(id)).find((one) => one !== undefined);
  const ids: readonly string[] = act === undefined ? [] : labels[act];
  const found = links.find(({ label }) => ids.includes(label.id));
  return links.map((link) => (link === found ? { ...link, primary: true } : link));
}
