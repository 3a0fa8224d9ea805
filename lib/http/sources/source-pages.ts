import { message } from '../../base/message.js';
import type { RefusalReply, StageReply } from '../../executor/reply.js';
import { isGate } from '../../flow/stage.js';
import type { PageModel } from '../../pages/page-model.js';
import type { PendingIdentity } from '../../ports/pending-identity.js';
import { bindingOf } from '../../flow/machine/advance.js';
import {
  asPrimary,
  connectPath,
  flowPath,
  signInLinks,
  connectButton,
  sourceButton,
  sourceInFlowPath,
  sourceLoginButtons,
} from '../links.js';
import { flowPageModel } from '../page-model.js';
import type { Visit } from '../visit.js';
import type { WebSources } from '../web.js';
import { questionOf } from './source-question.js';
import { createsAccounts } from './identity-context.js';

type SourceParts = Pick<PageModel, 'sources' | 'recognized'>;

export const noSources: SourceParts = Object.freeze({ sources: [], recognized: null });

/** What a stage's page shows about sources: the identified visitor, and the other sources. */
export async function sourceParts(visit: Visit, sources: WebSources, reply: StageReply): Promise<SourceParts> {
  const { web, flow, user } = visit;
  const { identity } = reply;
  const offered = offers(visit, reply)
    ? await Promise.all(
        sources.all
          .filter((source) => source.slug !== identity?.source && source.hasButton)
          .filter(({ registration }) => reply.offersSources !== 'sign-up' || registration === 'allowed')
          .map(async (source) => ((await source.enabled()) ? [source] : [])),
      )
    : [];
  return {
    sources: offered
      .flat()
      .map((source) =>
        reply.offersSources === 'connection'
          ? connectButton(web, flow, source)
          : sourceButton(source, `${flowPath(web, flow.slug)}source/${source.slug}/`),
      ),
    recognized: identity === null ? null : recognizedAs(visit, reply, identity, user),
  };
}

/** True on pages that ask for an identity, and in flows that create accounts until a source has returned one. */
function offers({ web, flow, user }: Visit, reply: StageReply): boolean {
  const { identity, offersSources, provedElsewhere, cancellable } = reply;
  if (provedElsewhere) return true;
  // After its account is written, a plan needs no more information from a source.
  if (!cancellable) return false;
  switch (offersSources) {
    case 'proof':
      return user === null;
    case 'sign-in':
      return user === null && flow.designation === 'authentication';
    case 'connection':
      return user !== null && identity === null;
    case 'sign-up':
      return identity === null && createsAccounts(flow) && flow !== web.sources?.gate;
    case null:
      return false;
  }
}

/** Texts with and without a name for the visitor. */
const knownTexts = {
  plain: ['source.known', 'source.known_only'],
  code: ['source.known_code', 'source.known_code_only'],
  waits: ['source.known_waits', 'source.known_waits_only'],
} as const;

function recognizedAs(
  { web, flow }: Visit,
  reply: StageReply,
  identity: PendingIdentity,
  user: string | null,
): SourceParts['recognized'] {
  const { sourceName: source, email, username, name } = identity;
  const who = email ?? username ?? name;
  const asksCode = flow.bindings.some(({ key, stage }) => key === reply.step && isGate(stage));
  const [named, unnamed] = asksCode ? (reply.accountWaits ? knownTexts.waits : knownTexts.code) : knownTexts.plain;
  const text = who === null ? message(unnamed, { source }) : message(named, { source, who });
  const hasButton = web.sources?.get(identity.source)?.hasButton === true;
  const again = user === null && createsAccounts(flow) && hasButton;
  return {
    text,
    another: again
      ? { href: `${flowPath(web, flow.slug)}source/${identity.source}/other/`, label: message('source.other_account') }
      : null,
  };
}

/**
 * For an invitation link to a flow that starts only at a source: the visitor chooses a source, and the code waits in
 * the entry link. `null`: another refusal.
 */
export function invitedPage(visit: Visit, reply: RefusalReply, app: PageModel['app']): PageModel | null {
  const { web, entryLink } = visit;
  if (reply.reason !== 'source_needed' || entryLink.code === undefined) return null;
  return flowPageModel(visit, {
    view: 'pages/denied',
    languagePath: flowPath(web, visit.flow.slug),
    title: message('source.invited.title'),
    messages: [message('source.invited')],
    sources: sourceLoginButtons(web, entryLink.next ?? null, ({ registration }) => registration === 'allowed'),
    app,
  });
}

/** The page of a source stage: the source's button, and no form. `null`: another stage. */
export function sourceStagePage(
  visit: Visit,
  { step, intro, title, revision, cancellable, messages }: StageReply,
  more: Pick<PageModel, 'notice' | 'app' | 'sources' | 'recognized'>,
): PageModel | null {
  const { web, flow } = visit;
  const question = questionOf(bindingOf(flow, step));
  const source = question === null ? null : (web.sources?.get(question.source) ?? null);
  if (source === null) return null;
  const path = flowPath(web, flow.slug);
  return flowPageModel(visit, {
    view: 'pages/denied',
    languagePath: path,
    title: title ?? message('source.step.title', { source: source.name }),
    intro,
    messages,
    ...more,
    sources: [sourceButton(source, sourceInFlowPath(web, flow, source.slug, true))],
    links:
      revision === 0 || !cancellable ? [] : [{ href: `${path}cancel/`, label: message('link.cancel'), quiet: true }],
  });
}

/**
 * Replaces a stage that could not prove the account. The identity, `next` and the code are kept: the buttons lead
 * through this plan, and the sign-in page returns to it. `null`: the stage's own page is shown, which may be for this.
 */
export function provePage(
  visit: Visit,
  { provedElsewhere, identity, challenge }: StageReply,
  more: Pick<PageModel, 'notice' | 'app' | 'sources' | 'recognized'>,
): PageModel | null {
  const { web, flow } = visit;
  if (!provedElsewhere || identity === null || challenge['proved_elsewhere'] === true) return null;
  return flowPageModel(visit, {
    view: 'pages/denied',
    languagePath: flowPath(web, visit.flow.slug),
    title: message('source.prove.title'),
    messages: [message('source.prove', { source: identity.sourceName })],
    links: [
      ...asPrimary(signInLinks(web, { path: connectPath(web, flow, identity.source) })),
      { href: `${flowPath(web, flow.slug)}cancel/`, label: message('link.cancel'), quiet: true },
    ],
    ...more,
  });
}
