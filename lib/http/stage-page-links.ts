import { isJsonObject, type JsonObject } from '../base/json.js';
import { message } from '../base/message.js';
import { cancelField } from '../base/reserved-names.js';
import type { RedirectTarget } from '../base/target.js';
import type { StageReply } from '../executor/reply.js';
import { acceptsInvitations, type Flow } from '../flow/flow.js';
import { isGate, type StageLink } from '../flow/stage.js';
import type { PageLink } from '../pages/page-model.js';
import {
  acceptingFlow,
  connectPath,
  flowPath,
  linkTo,
  recoveryLabel,
  recoveryLinks,
  returnTarget,
  signInLinks,
  waitlistLinks,
} from './links.js';
import { isSettings, listsSettings, settingsBackLink } from './settings-links.js';
import type { Visit } from './visit.js';

const none: readonly PageLink[] = Object.freeze([]);

/** Other links of a page: those of the stage, sign-in for existing users, and canceling a flow that has begun. */
export function stageLinks(visit: Visit, reply: StageReply): readonly PageLink[] {
  const { web, flow, entryLink, user } = visit;
  // A visitor that a source identified returns to connect the account; the target after that is in the plan.
  const afterSignIn: RedirectTarget | undefined =
    reply.identity === null ? targetAfterSignIn(visit) : { path: connectPath(web, flow, reply.identity.source) };
  const canCancel = isCancellable(reply);
  const back = user !== null && isSettings(flow) && !listsSettings(flow) ? settingsBackLink(web, flow) : null;
  if (reply.keep !== null) return [{ href: back?.href ?? web.home, label: reply.keep, primary: true }];
  return [
    ...reply.links.map((link) => pageLinkOf(visit, link)),
    ...(flow.designation === 'authentication' && user === null ? recoveryLinksFor(visit, reply) : none),
    ...(flow.designation === 'recovery' && user === null ? signInLinks(web, entryLink.next) : none),
    ...(flow.designation === 'enrollment' && user === null ? haveAccount(signInLinks(web, afterSignIn)) : none),
    ...(user === null && asksForCode(flow, reply.step) ? waitlistLinks(web) : none),
    ...(reply.provedElsewhere ? signInLinks(web, afterSignIn) : none),
    ...(flow.designation === 'invalidation' ? linksAtSignOut(visit) : none),
    ...(acceptsInvitations(flow) && user !== null && web.authSession.canSignOut
      ? [{ href: `${flowPath(web, flow.slug)}sign-out/`, label: message('source.other_account') }]
      : none),
    // A flow that has begun ends by "Cancel": the way back alone would not end it.
    ...(back !== null && !canCancel ? [back] : none),
    ...(canCancel
      ? [
          {
            href: `${flowPath(web, flow.slug)}cancel/`,
            label: message('link.cancel'),
            quiet: true,
            ...submitsForm(reply),
          },
        ]
      : none),
  ];
}

export function isCancellable({ revision, cancellable }: StageReply): boolean {
  return revision > 0 && cancellable;
}

/** "Cancel" takes what was typed along, so that one can go on with it. */
function submitsForm({ challenge: { fields } }: StageReply): Pick<PageLink, 'submits'> {
  const canKeep = Array.isArray(fields) && fields.some((field) => isJsonObject(field) && isKeepable(field));
  return canKeep ? { submits: { name: cancelField, value: 'asked' } } : {};
}

/** An input that visitors fill in, and no password. */
function isKeepable({ display, type, input, read_only }: JsonObject): boolean {
  const isTyped = (display === undefined || display === 'input') && type !== 'hidden' && input !== 'hidden';
  return isTyped && type !== 'password' && input !== 'password' && read_only !== true;
}

/** On the pages that ask for a name or a password: the link of another page of the flow, or to the flow of recovery. */
function recoveryLinksFor(visit: Visit, { offersSources, links }: StageReply): readonly PageLink[] {
  const { web, flow, entryLink } = visit;
  const asks = offersSources === 'sign-in' || offersSources === 'proof';
  if (!asks || links.some(isRecovery)) return [];
  const own = flow.bindings.flatMap(({ stage }) => (stage.asking ? stage.links : [])).find(isRecovery);
  return own === undefined ? recoveryLinks(web, entryLink.next) : [pageLinkOf(visit, own)];
}

function isRecovery({ label }: StageLink): boolean {
  return label.id === recoveryLabel.id;
}

/** A person with an account and the link of an invitation accepts it after signing in. */
function targetAfterSignIn({ web, entryLink }: Visit): RedirectTarget | undefined {
  const accepting = entryLink.code === undefined ? null : acceptingFlow(web);
  return accepting === null ? entryLink.next : returnTarget(web, accepting.slug, entryLink.next);
}

/** Beside the button that signs out; a visitor who is signed out already may sign in. */
function linksAtSignOut({ web, user, entryLink }: Visit): readonly PageLink[] {
  if (user === null) return signInLinks(web, entryLink.next);
  return [{ href: web.home, label: message('link.stay_signed_in') }];
}

/** A link of a stage on its page. */
export function pageLinkOf({ web, entryLink }: Visit, { to, label, question }: StageLink): PageLink {
  const flow = 'flow' in to ? web.flows.get(to.flow) : undefined;
  const link = { href: linkTo(web, to, entryLink.next), label, ...(question === undefined ? {} : { question }) };
  return flow?.designation === 'unenrollment' ? { ...link, destructive: true } : link;
}

function haveAccount(links: readonly PageLink[]): readonly PageLink[] {
  const question = message('link.have_account');
  return links.map(({ href, label }) => ({ href, label, question }));
}

function asksForCode(flow: Flow, step: string): boolean {
  return flow.bindings.some(({ key, stage }) => key === step && isGate(stage));
}
