import { allowedTarget, ownPath, type RedirectTarget, type Site } from '../base/target.js';
import { parseUrl } from '../base/url.js';

/** Where tickets may lead. */
export interface ResultUrls {
  readonly site: Site;
  readonly clients: ReadonlyMap<string, { readonly name: string; readonly resultUrl: string }>;
  /** Origins, and exact URLs. */
  readonly resultUrls: readonly string[];
}

interface TicketResult {
  readonly success: boolean;
  /** The ticket's own state, or `done` where this request used it. */
  readonly status: string;
  readonly email: string | null;
}

/** A path of the app, or an address that the option allows; `null` for any other. */
export function resultTarget({ site, clients, resultUrls }: ResultUrls, typed: unknown): RedirectTarget | null {
  const own = ownPath(site, typed);
  if (own !== null || typeof typed !== 'string') return own;
  const url = parseUrl(typed);
  if (url === null) return null;
  const target = allowedTarget(typed, [url.origin]);
  const exact = [...resultUrls, ...[...clients.values()].map((client) => client.resultUrl)];
  return resultUrls.includes(url.origin) || exact.some((one) => parseUrl(one)?.href === url.href) ? target : null;
}

/** Where a stored ticket leads, if the option still allows it; `null`: nowhere. */
export function targetOf(
  rules: ResultUrls,
  content: { readonly result_url: string | null } | null,
): RedirectTarget | null {
  const address = content === null ? null : content.result_url;
  return address === null ? null : resultTarget(rules, address);
}

/** The target with the result in its query, before its fragment. */
export function withResult(target: RedirectTarget, { success, status, email }: TicketResult): RedirectTarget {
  if ('flow' in target) return target;
  const [, before = '', fragment = ''] = /^([^#]*)(#.*)?$/s.exec(target.path) ?? [];
  const values = new URLSearchParams({ success: String(success), ticket_status: status });
  if (email !== null) values.set('email', email);
  return { ...target, path: `${before}${before.includes('?') ? '&' : '?'}${values.toString()}${fragment}` };
}
