import type { Request } from 'express';
import { Secret } from '../../base/secret.js';
import type { FlowEntryLink } from '../../flow/facts.js';
import type { Flow } from '../../flow/flow.js';
import type { EntryLink } from '../cookies/entry-link.js';
import { linkIn } from '../link-in-query.js';
import { flowLinkParameter, ticketMailParameter, ticketParameter } from '../links.js';
import { parameterOf } from '../query.js';
import { entryLinkFor } from '../visit.js';
import type { Web } from '../web.js';

/** What the parameter `query` brings: the query of the page's address, which clients repeat in every request. */
export interface QueryLink {
  /** For the pages, too; `null`: nothing. */
  readonly entry: EntryLink | null;
  /** For this request. */
  readonly link: FlowEntryLink;
  /** Tells what begins a plan of its own, a code or an issued link, from another one. `null`: there is none. */
  readonly mark: string | null;
  /** True where a plan that began with the link of this mark, or with none, is that of this link. */
  readonly goesOn: (mark: string | null | undefined) => boolean;
}

const longestToken = 100;

/** Reads it by the rules of the pages' addresses: `next` is a path of the app, or is ignored. */
export function queryLinkOf({ site, keyring }: Pick<Web, 'site' | 'keyring'>, flow: Flow, req: Request): QueryLink {
  const query = (parameterOf(req, 'query') ?? '').replace(/^\?/, '');
  if (query === '') return { ...linkless, entry: null, link: {} };
  const entry = linkIn(site, flow, query);
  const issued = issuedIn(flow, query);
  const secrets = [entry?.code, entry?.proof, issued.link, issued.ticket].map((one) => one?.reveal() ?? null);
  const own = entry === null ? {} : entryLinkFor(flow, { ...entry, flow: flow.slug });
  const link = { ...own, ...issued };
  if (secrets.every((one) => one === null)) return { ...linkless, entry, link };
  const marked = JSON.stringify([flow.slug, secrets]);
  return {
    entry,
    link,
    mark: keyring.sign('entry-link', marked),
    // Of any secret: the plan may have begun before a newer one.
    goesOn: (mark) => typeof mark === 'string' && keyring.verify('entry-link', marked, mark),
  };
}

/** A query without a code or an issued link is one of whatever plan there is. */
const linkless = { mark: null, goesOn: () => true } as const;

/** The token of a link that the server issued. */
function issuedIn(flow: Flow, query: string): Pick<FlowEntryLink, 'link' | 'ticket'> {
  const parameters = new URLSearchParams(query);
  const [link, ticket, mailed] = [flowLinkParameter, ticketParameter, ticketMailParameter].map((name) =>
    parameters.get(name),
  );
  const opened = typeof ticket === 'string' && typeof mailed === 'string' ? `${ticket}.${mailed}` : ticket;
  return {
    ...(flow.authentication === 'require_token' ? secretOf('link', link) : {}),
    ...(flow.tickets.length > 0 ? secretOf('ticket', opened) : {}),
  };
}

function secretOf<Name extends 'link' | 'ticket'>(
  name: Name,
  text: string | null | undefined,
): Readonly<Partial<Record<'link' | 'ticket', Secret>>> {
  return typeof text === 'string' && text !== '' && text.length <= longestToken ? { [name]: new Secret(text) } : {};
}
