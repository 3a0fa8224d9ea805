import type { Request } from 'express';
import type { FlowEntryLink } from '../flow/facts.js';
import type { Flow } from '../flow/flow.js';
import type { CookieJar } from './cookies/cookie-jar.js';
import { entryLinkSeconds, sealEntryLink, unsealEntryLink, type EntryLink } from './cookies/entry-link.js';
import type { Web } from './web.js';

type Parts = Pick<Web, 'keyring' | 'clock' | 'site' | 'cookies'>;

/** The entry link that this browser opened within the last ten minutes. */
export function readEntryLink({ keyring, site, clock, cookies }: Parts, req: Request): Promise<EntryLink> {
  return unsealEntryLink(keyring, site, cookies(null, req).read('entry'), clock.now());
}

/**
 * Stores the data of a link for all flows, sources and the app's own signup page. A link with only a `next` keeps the
 * code of an earlier link.
 */
export async function keepEntryLink(parts: Parts, req: Request, jar: CookieJar, link: EntryLink): Promise<void> {
  const { code: earlier } = link.code === undefined ? await readEntryLink(parts, req) : {};
  const kept = earlier === undefined ? link : { ...link, code: earlier };
  jar.set('entry', await sealEntryLink(parts.keyring, kept, parts.clock.now()), entryLinkSeconds);
}

/** Extends an entry link with a code by another ten minutes, because the visitor is leaving for a provider. */
export async function prolongEntryLink(parts: Parts, req: Request, jar: CookieJar): Promise<void> {
  const link = await readEntryLink(parts, req);
  if (link.code !== undefined) await keepEntryLink(parts, req, jar, link);
}

/** True for flows that sign visitors in or up. Other flows use an entry link only if it opened them. */
export function leadsIn({ designation }: Pick<Flow, 'designation'>): boolean {
  return designation === 'enrollment' || designation === 'authentication' || designation === 'recovery';
}

/** The part of an entry link that applies to `flow`. */
export function entryLinkFor(flow: Flow, { code, next, flow: opened }: EntryLink): FlowEntryLink {
  const mine = leadsIn(flow) || opened === flow.slug;
  return {
    ...(mine && code !== undefined ? { code } : {}),
    ...(mine && next !== undefined ? { next } : {}),
    ...(mine && opened !== undefined ? { opened } : {}),
  };
}
