import { isForAdministration } from '../base/administration.js';
import type { Keyring } from '../base/keyring.js';
import { createMailManager, type MailManager } from '../mail/mail-manager.js';
import { createMailQueue, mailKeyOf } from '../mail/mail-queue.js';
import { createMailStates } from '../mail/mail-states.js';
import type { EnrollmentConfig } from '../options/options.js';
import { defaultLocaleOf } from '../pages/languages/languages.js';
import type { EventSink } from '../ports/events.js';
import type { MailCheck, MailQueue } from '../ports/mail-queue.js';
import type { SuppressionList } from '../ports/mail-suppressions.js';
import type { UserStore } from '../ports/user-store.js';
import type { Stores } from '../stores/stores.js';
import type { DeliveryManager } from '../webhooks/deliveries.js';
import { createWorker } from '../webhooks/worker.js';
import { composeAddressHistory } from './address-undo.js';
import { drawing, mailerOf, sendsMails } from './mail.js';
import { composeMailSamples } from './mail-samples.js';
import { isTicketOf } from '../tickets/ticket-keys.js';
import { createAccountLock } from '../users/account-lock.js';
import { createRehashedPasswords } from '../users/rehashed-passwords.js';
import { settleChange } from '../users/settle-change.js';
import { showsChange } from '../users/shows-change.js';
import { authenticatorsWithTimeout, connectionsWithTimeout } from '../users/users-with-timeout.js';
import { composeUnsubscribeUrl, hasUnsubscribePage } from './suppressions.js';
import { composeWithdrawnMails } from './withdrawn-mails.js';

/** Mails: the queue, the worker that sends them, and the administrators' operations. */
export interface ComposedMails {
  /** `null`: the app has no mailer. */
  readonly queue: MailQueue | null;
  readonly manager: MailManager;
  /** The manager of all deliveries, with which mails are retried by their own rules. */
  deliveries(manager: DeliveryManager): DeliveryManager;
  /** Looks for mails of earlier processes. */
  start(): void;
  /** Finishes mails that are being sent. */
  close(): Promise<void>;
}

const closingMs = 5000;
/** Longer than one attempt: no other process may send what a command added. */
const commandClosingMs = 40_000;

export function composeMailQueue<User, Data>(
  config: EnrollmentConfig<User, Data>,
  parts: {
    readonly stores: Stores;
    readonly keyring: Keyring;
    readonly events: EventSink;
    readonly users: UserStore<User>;
    readonly suppressions: SuppressionList;
  },
): ComposedMails {
  const { stores, keyring, events } = parts;
  const { clock, logger: log } = config;
  const { outbox, mails: records } = stores;
  const states = createMailStates(records, clock);
  const changes = {
    users: parts.users,
    history: composeAddressHistory(stores, log),
    accountLock: createAccountLock(stores.ephemeralStore),
  };
  const mailer = mailerOf(config);
  const draw = drawing(config);
  const wake = (): void => worker?.wake();
  const shownIn = {
    users: parts.users,
    rehashed: createRehashedPasswords(stores.ephemeralStore),
    authenticators: config.authenticators === null ? null : authenticatorsWithTimeout(config.authenticators),
    connections: config.connections === null ? null : connectionsWithTimeout(config.connections),
    async isDeclined(invitation: string): Promise<boolean> {
      const [found] = await stores.invitations.read([invitation]);
      return (found?.record.declinedAt ?? null) !== null;
    },
  };
  const queue =
    mailer === null
      ? null
      : createMailQueue({
          outbox,
          records,
          states,
          mailer,
          draw,
          keyring,
          clock,
          events,
          log,
          host: new URL(config.site.origin).hostname,
          unsubscribeUrl: composeUnsubscribeUrl(config, keyring),
          readTopic: composeWithdrawnMails(config, parts),
          showsChange: isWritten,
          isTicketOf: (ticket, user) => isTicketOf(keyring, ticket, user),
          wake,
        });
  function isWritten(check: MailCheck, to: string): Promise<boolean> {
    return check.type === 'address' && check.change !== undefined
      ? settleChange(changes, check.user, check.change)
      : showsChange(shownIn, check, to);
  }
  const worker =
    queue === null
      ? null
      : createWorker({
          outbox,
          kind: 'mail',
          handler: (item) => queue.send(item),
          // What becomes of a mail has events of its own.
          events: () => undefined,
          log,
          atOnce: 5,
          timeoutSeconds: 45,
          // With its quarter of difference at most five seconds.
          pollMs: 4000,
        });
  const manager = createMailManager({
    records,
    states,
    outbox,
    events,
    clock,
    draw,
    mailer: config.mailer,
    sends: queue !== null,
    suppressions: parts.suppressions,
    keyring,
    stops: hasUnsubscribePage(config),
    home: new URL(config.brand.home, config.site.origin).href,
    locale: defaultLocaleOf(config),
    samples: composeMailSamples(config),
    wake,
  });
  // Without mails, Redis is not asked for any.
  const isUsed = (): boolean => config.mailer !== null || sendsMails(config);
  // The command line sends what it adds, and leaves the rest to the running app.
  const isCommand = isForAdministration();

  return Object.freeze<ComposedMails>({
    queue,
    manager,
    deliveries: (others) =>
      Object.freeze<DeliveryManager>({
        ...others,
        async retry(id) {
          const key = mailKeyOf(id);
          const [record = null] = key === null ? [] : await records.read([key]);
          return record === null ? others.retry(id) : (await manager.resend(record.id)) === 'queued';
        },
      }),
    start() {
      if (isUsed() && !isCommand) wake();
    },
    async close() {
      if (isCommand) await worker?.drain(commandClosingMs);
      await worker?.stop(closingMs);
    },
  });
}
