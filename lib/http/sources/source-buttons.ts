import { message } from '../../base/message.js';
import type { StageReply } from '../../executor/reply.js';
import { isGate } from '../../flow/stage.js';
import type { PageModel } from '../../pages/page-model.js';
import type { PendingIdentity } from '../../ports/pending-identity.js';
import { flowPath, startsHere } from '../links.js';
import type { Visit } from '../visit.js';
import { makesAccounts } from './makes-accounts.js';
import type { SourcesWeb } from './sources-web.js';

type SourceParts = Pick<PageModel, 'sources' | 'recognised'>;

export const noSources: SourceParts = Object.freeze({ sources: [], recognised: null });

/** What a stage's page says of sources: who was recognised, and where else one may be. */
export async function sourceParts(visit: Visit, sources: SourcesWeb, reply: StageReply): Promise<SourceParts> {
  const { web, flow, user } = visit;
  const { identity } = reply;
  const offered = offers(visit, reply)
    ? await Promise.all(
        sources.all.looks
          .filter((look) => look.slug !== identity?.source && startsHere(look))
          .map(async (look) => ((await look.enabled()) ? [look] : [])),
      )
    : [];
  return {
    sources: offered.flat().map(({ slug, name, icon }) => ({
      slug,
      href: `${flowPath(web, flow.slug)}source/${slug}/`,
      label: message('source.continue', { source: name }),
      icon,
    })),
    recognised: identity === null ? null : recognisedAs(visit, reply, identity, user),
  };
}

/** True on pages that ask for an identity, and in flows that create accounts until a source has returned one. */
function offers({ web, flow, user }: Visit, reply: StageReply): boolean {
  const { identity, offersSources, provedElsewhere, cancellable } = reply;
  if (provedElsewhere) return true;
  // Behind its account a plan has nothing more to learn of a source.
  if (!cancellable) return false;
  switch (offersSources) {
    case 'proof':
      return user === null;
    case 'sign-in':
      return user === null && flow.designation === 'authentication';
    case 'sign-up':
      return identity === null && makesAccounts(flow) && flow !== web.sources?.gate;
    case null:
      return false;
  }
}

/** Where the source names the person, and where it does not. */
const knownTexts = {
  plain: ['source.known', 'source.known_only'],
  code: ['source.known_code', 'source.known_code_only'],
  waits: ['source.known_waits', 'source.known_waits_only'],
} as const;

function recognisedAs(
  { web, flow }: Visit,
  reply: StageReply,
  identity: PendingIdentity,
  user: string | null,
): SourceParts['recognised'] {
  const { sourceName: source, email, username, name } = identity;
  const who = email ?? username ?? name;
  const asksCode = flow.bindings.some(({ key, stage }) => key === reply.step && isGate(stage));
  const [named, unnamed] = asksCode ? (reply.accountWaits ? knownTexts.waits : knownTexts.code) : knownTexts.plain;
  const text = who === null ? message(unnamed, { source }) : message(named, { source, who });
  const look = web.sources?.all.looks.find(({ slug }) => slug === identity.source);
  const again = user === null && makesAccounts(flow) && look !== undefined && startsHere(look);
  return {
    text,
    another: again
      ? { href: `${flowPath(web, flow.slug)}source/${identity.source}/other/`, label: message('source.other_account') }
      : null,
  };
}
