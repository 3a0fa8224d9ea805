/** What a strategy gets to see in place of the app's request: an address of ours, what the provider sent, a session of its own. */
export interface StrategyRequest {
  readonly url: string;
  readonly query: Readonly<Record<string, string>>;
  /** What was posted: Apple's `user` is read here by the strategies for it. Empty where the provider redirects. */
  readonly body: Readonly<Record<string, string>>;
  /** Whatever the strategy puts here at the start it finds here at the end; no other sign-in and no other code sees it. */
  readonly session: Record<string, unknown>;
}

/** Made of the configured callback address alone: neither `Host` nor any forwarded header reaches a strategy. */
export function strategyRequest(
  callbackUrl: string,
  parameters: ReadonlyMap<string, string>,
  session: Record<string, unknown>,
  posted = false,
): StrategyRequest {
  const { protocol, host, hostname, pathname } = new URL(callbackUrl);
  const query = new URLSearchParams([...parameters]).toString();
  const url = query === '' ? pathname : `${pathname}?${query}`;
  const headers = { host };
  const settings = new Map<string, unknown>([['trust proxy fn', () => false]]);
  const seen = {
    method: posted ? 'POST' : 'GET',
    url,
    originalUrl: url,
    protocol: protocol.slice(0, -1),
    secure: protocol === 'https:',
    host,
    hostname,
    headers,
    headersDistinct: { host: [host] },
    get: (name: string) => (name.toLowerCase() === 'host' ? host : undefined),
    app: { get: (name: string) => settings.get(name) },
    connection: { encrypted: protocol === 'https:' },
    socket: { encrypted: protocol === 'https:' },
    query: Object.fromEntries(parameters),
    body: posted ? Object.fromEntries(parameters) : {},
    session,
  };
  return seen;
}
