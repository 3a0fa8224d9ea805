/** How one attempt to send a mail ended. `response` has no addresses: it is stored and shown to administrators. */
export type MailOutcome =
  { readonly type: 'sent' } | { readonly type: 'failed'; readonly certainty: Certainty; readonly response: string };

/**
 * `temporary`: nothing was sent, and it may succeed later. `permanent`: it was refused. `unknown`: it may have been
 * accepted, so it must not be sent again by itself.
 */
type Certainty = (typeof certainties)[number];

const certainties = ['temporary', 'permanent', 'unknown'] as const;

/** Nothing of a mail is sent before the connection is there and signed in. */
const beforeMails = new Set([
  'EAUTH',
  'ECONNREFUSED',
  'EDNS',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETLS',
]);

/**
 * What a mailer's rejection says of the mail. `delivery`, where the mailer sets it, decides; then the reply code of an
 * SMTP server (RFC 5321, 4.2.1: 4xx is temporary, 5xx permanent), which says that it did not accept the mail; then the
 * codes of connections that never stood. Everything else is unknown: a connection that ends after the mail was written
 * looks like one that ends before the server read it.
 */
export function certaintyOf(error: unknown): Certainty {
  const of = (name: string): unknown =>
    typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
  const declared = certainties.find((one) => one === of('delivery'));
  if (declared !== undefined) return declared;
  const [code, responseCode] = [of('code'), of('responseCode')];
  if (typeof code === 'string' && beforeMails.has(code)) return 'temporary';
  if (typeof responseCode !== 'number') return 'unknown';
  if (responseCode >= 400 && responseCode < 500) return 'temporary';
  return responseCode >= 500 && responseCode < 600 ? 'permanent' : 'unknown';
}
