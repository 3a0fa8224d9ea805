import { configError } from '../base/config-error.js';
import { settingsCheck } from '../base/settings.js';
import { identifierProblem } from '../base/text-problem.js';
import { parseUrl } from '../base/url.js';
import { needsUtf8 } from './needs-utf8.js';

export interface SmtpSettings {
  /**
   * The mail server: `smtp://mail.example` (port 587, STARTTLS) or `smtps://mail.example` (port 465, TLS from the first
   * byte), with another port where it has one. A user and a password in it are percent-encoded; `auth` takes them as
   * they are.
   */
  readonly url: string;
  /** Instead of the URL's user and password. */
  readonly auth?: { readonly user: string; readonly password: string };
  /**
   * The sender. The server must be allowed to send for this address. With letters beyond ASCII before the @, every mail
   * needs a server with SMTPUTF8 (RFC 6531), and has a connection of its own.
   */
  readonly from: { readonly name: string; readonly address: string };
  /** Where answers go; ASCII before the @. Default: to the sender. */
  readonly replyTo?: string;
  /**
   * Where people end further invitations, as mail programs offer it (RFC 2369): `mailto:stop@acme.example`, or the address
   * of a page, `https://…`, in place of the kit's own, where the app does not use the kit's pages
   * (`emailInvitations.unsubscribe`). It is in invitations and letters of the waitlist only. Default: none.
   */
  readonly unsubscribe?: string;
  /**
   * `'required'`, the default: mails and passwords are sent over TLS 1.2 or newer, to a server with a certificate that is
   * valid for its name, or not at all. `'none'` is for a server on this machine (`localhost`, `127.0.0.1`, `::1`).
   */
  readonly tls?: 'required' | 'none';
  /** Certificates of own authorities in PEM, trusted beside those that Node.js knows. */
  readonly ca?: string;
  /** Signs mails by DKIM (RFC 6376), where the server does not do it. `privateKey` is in PEM. */
  readonly dkim?: { readonly domain: string; readonly selector: string; readonly privateKey: string };
  /** How many connections stay open at most; default 5. */
  readonly connections?: number;
  /** For how long the server may be silent; default 20. */
  readonly timeoutSeconds?: number;
}

/** Where and how to connect. */
export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte. */
  readonly secure: boolean;
  readonly auth: { readonly user: string; readonly pass: string } | null;
}

const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);

const check = settingsCheck<SmtpSettings>('smtpMailer', (joi) => {
  const address = joi.string().email({ tlds: false, minDomainSegments: 1 });
  const line = joi.string().custom((value: string) => {
    const problem = identifierProblem(value);
    if (problem !== null) throw new Error(problem);
    return value;
  });
  const header = address.custom((value: string) => {
    if (needsUtf8(value))
      throw new Error('it needs ASCII letters before the @: its mails go to servers that know no others');
    return value;
  });
  const pem = joi.string().pattern(/-----BEGIN [A-Z ]+-----/, 'PEM');
  return {
    url: joi
      .string()
      .uri({ scheme: ['smtp', 'smtps'] })
      .custom((value: string) => {
        if (!isReadable(value))
          throw new Error('percent-encode its user and password, and end it with a port below 65536');
        return value;
      })
      .required(),
    auth: joi.object({ user: joi.string().required(), password: joi.string().required() }),
    from: joi.object({ name: line.required(), address: address.required() }).required(),
    replyTo: header,
    unsubscribe: joi.string().uri({ scheme: ['mailto', 'https'] }),
    tls: joi.string().valid('required', 'none'),
    ca: pem,
    dkim: joi.object({
      domain: joi.string().hostname().required(),
      selector: joi.string().required(),
      privateKey: pem.required(),
    }),
    connections: joi.number().integer().min(1).max(100),
    timeoutSeconds: joi.number().integer().min(1).max(30),
  };
});

/** The errors of the platform would print the password. */
function isReadable(url: string): boolean {
  const parsed = parseUrl(url);
  return parsed !== null && isDecodable(parsed.username) && isDecodable(parsed.password);
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** @throws ERR_ENROLLMENT_CONFIG with all mistakes */
export function serverOf(settings: SmtpSettings): SmtpServer {
  check(settings);
  const { url, auth, tls = 'required' } = settings;
  const { protocol, hostname, port, username, password, pathname, search } = new URL(url);
  const secure = protocol === 'smtps:';
  const issues = [
    ...(hostname === '' ? ['"url" has no host'] : []),
    ...(pathname.length > 1 || search !== '' ? ['"url" must end after the host and its port'] : []),
    ...(auth !== undefined && username !== '' ? ['"auth" and a user in "url" exclude each other'] : []),
    ...(tls === 'none' && secure ? ['"tls" is none, but "url" begins with smtps:'] : []),
    ...(tls === 'none' && !loopback.has(hostname)
      ? ['"tls" may be none for a server on this machine only: codes and passwords would be readable on the way']
      : []),
  ];
  if (issues.length > 0) throw configError(issues.map((issue) => `smtpMailer: ${issue}`));
  const given = username === '' ? null : { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
  return {
    // Brackets are for URLs.
    host: hostname.replaceAll(/^\[|\]$/g, ''),
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    auth: auth === undefined ? given : { user: auth.user, pass: auth.password },
  };
}
