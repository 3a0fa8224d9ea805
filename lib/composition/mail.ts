import type { Background } from '../base/background.js';
import { digest128, randomToken } from '../base/ids.js';
import type { Keyring } from '../base/keyring.js';
import type { Flow } from '../flow/flow.js';
import { textsOf } from '../flow/flows.js';
import type { Accounts } from '../ports/accounts.js';
import type { EventSink } from '../ports/events.js';
import type { EnrollmentLogger } from '../ports/log.js';
import type { MailCodes } from '../ports/mail-codes.js';
import type { MailNotices } from '../ports/mail-notices.js';
import type { MailQueue } from '../ports/mail-queue.js';
import type { DrawMail, Mailer } from '../ports/mailer.js';
import type { PasswordAttempts } from '../ports/limits.js';
import type { Profiles } from '../ports/profiles.js';
import type { SessionsService } from '../ports/user-sessions.js';
import { flowPath, mailLinkParameter, mailLinkPath } from '../http/links.js';
import { createMailCodes } from '../mail/mail-codes.js';
import { createMailNotices } from '../mail/mail-notices.js';
import type { EnrollmentConfig } from '../options/options.js';
import { defaultLocaleOf } from '../pages/languages/languages.js';
import { createMails } from '../pages/mails.js';
import { createMailAttempts, createMailSends } from '../rate-limits/mail.js';
import type { Stores } from '../stores/stores.js';
import { loginSubjectOf } from '../users/login-name.js';
import { createRehashedPasswords } from '../users/rehashed-passwords.js';
import { pace } from '../users/credentials-pace.js';

/** True where a flow of the app sends mails. */
export function sendsMails({ flows }: { readonly flows: readonly Flow[] }): boolean {
  return flows.some(({ bindings, insertable }) =>
    [...bindings, ...insertable.values()].some(({ stage }) => stage.requires.includes('mailer')),
  );
}

interface MailParts {
  readonly background: Background;
  /** `null`: the app has no mailer. */
  readonly mails: MailQueue | null;
  readonly profiles: Profiles;
}

/** `null` where the app has no mailer; in development, no flow that sends mails. */
function usedQueue<User, Data>(config: EnrollmentConfig<User, Data>, mails: MailQueue | null): MailQueue | null {
  // Notices need no flow that sends mails, only a mailer.
  return config.mailer === null && !sendsMails(config) ? null : mails;
}

/** Composes the mails that tell of changes; `null` as for the codes. */
export function composeMailNotices<User, Data>(
  config: EnrollmentConfig<User, Data>,
  { background, mails: queue, profiles }: MailParts,
): MailNotices | null {
  const mails = usedQueue(config, queue);
  const signInUrl = signInUrlOf(config);
  return mails === null ? null : createMailNotices({ mails, profiles, clock: config.clock, background, signInUrl });
}

/** Composes the codes by email; `null` where the app has no mailer; in development, no flow that sends mails. */
export function composeMailCodes<User, Data>(
  config: EnrollmentConfig<User, Data>,
  parts: MailParts & {
    readonly stores: Stores;
    readonly keyring: Keyring;
    readonly events: EventSink;
    readonly accounts: Accounts;
    readonly attempts: Pick<PasswordAttempts, 'isKnownClient'>;
    readonly sessions: Pick<SessionsService, 'epoch'>;
  },
): MailCodes | null {
  const { stores, keyring, events, profiles, accounts, background, attempts } = parts;
  const mails = usedQueue(config, parts.mails);
  const { site, rateLimits } = config;
  if (mails === null) return null;
  const { rateLimiter, ephemeralStore } = stores;
  const rehashed = createRehashedPasswords(ephemeralStore);
  // Users of an app whose store knows no passwords sign in by a source.
  const hashOf = async (userId: string): Promise<string | null> =>
    config.users?.passwordHash === undefined ? null : ((await profiles.passwordHashes(userId, 0))[0] ?? null);
  const pathOf = (slug: string): string => site.origin + flowPath({ site }, slug);
  return createMailCodes({
    mails,
    draw: drawing(config),
    profiles,
    // A code that comes back proves the address.
    taken: (address, enrollmentId) => accounts.taken('email', address, enrollmentId, { isProved: true }),
    async passwordOf(userId) {
      const hash = await hashOf(userId);
      return hash === null ? null : digest128(hash);
    },
    async passwordsOf(userId) {
      const hash = await hashOf(userId);
      return hash === null ? null : rehashed.digestsOf(userId, hash);
    },
    sends: createMailSends({ rateLimiter, events, ...rateLimits.mails }),
    async isKnownClient(names, address) {
      // Two in every case: a name without an account takes as long.
      const subjects = [0, 1].map((at) => loginSubjectOf(names[at] ?? randomToken(16)));
      const known = await Promise.all(subjects.map((subject) => attempts.isKnownClient({ subject, address })));
      return known.includes(true);
    },
    attempts: createMailAttempts({ rateLimiter, events, ...rateLimits.mailCodes }),
    ephemeralStore,
    keyring,
    background,
    linkUrl: (flow, token) => `${pathOf(flow)}${mailLinkPath}?${mailLinkParameter}=${token}`,
    signInUrl: signInUrlOf(config),
    epoch: () => parts.sessions.epoch(),
    pace,
  });
}

/** The absolute address of the sign-in flow, or of the app's home. */
export function signInUrlOf({
  flows,
  site,
  brand,
}: Pick<EnrollmentConfig<unknown>, 'flows' | 'site' | 'brand'>): string {
  const signIn = flows.find(({ designation }) => designation === 'authentication');
  return signIn === undefined ? new URL(brand.home, site.origin).href : site.origin + flowPath({ site }, signIn.slug);
}

/** The app's mailer; in development, a mail is a line of the log; `null`: there is none. */
export function mailerOf<User, Data>({ mailer, production, logger }: EnrollmentConfig<User, Data>): Mailer | null {
  return mailer ?? (production ? null : loggingMailer(logger));
}

/** In development a mail is a line of the log, with its code and its link. */
function loggingMailer(log: EnrollmentLogger): Mailer {
  return Object.freeze<Mailer>({
    send({ to, subject, kind, locale, text }) {
      log.info({ to, subject, kind, locale }, `no mailer: this mail is not sent (set the option mailer)\n${text}`);
      return Promise.resolve();
    },
  });
}

/** The templates are read with the first mail, so that the start does not wait for them. */
export function drawing<User, Data>(config: EnrollmentConfig<User, Data>): DrawMail {
  const { views, classes, ownMessages, messages, languages, brand, tickets, production, logger } = config;
  let made: { readonly flows: readonly Flow[]; readonly draw: DrawMail } | null = null;
  return (content, to, settings) => {
    const { flows } = config;
    if (made?.flows === flows) return made.draw(content, to, settings);
    const draw = createMails({
      views: views ?? undefined,
      classes,
      texts: textsOf(flows, ownMessages),
      messages,
      languages,
      defaultLocale: defaultLocaleOf(config),
      brandName: brand.name,
      appNames: [...tickets.clients.values()].map(({ name }) => name),
      cache: production || views === null,
      missing: (id) => {
        logger.warn({ id }, 'a message has no text');
      },
    });
    made = { flows, draw };
    return draw(content, to, settings);
  };
}
