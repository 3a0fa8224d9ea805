import { createSuppressionList } from '../../../lib/mail/suppression-list.js';
import { createMemoryMailSuppressions } from '../../../lib/stores/memory/mail-suppressions.js';
import { createKeyring } from '../../../lib/base/keyring.js';
import { usualSample } from '../../../lib/mail/sample-content.js';
import { createMailManager, type MailManager } from '../../../lib/mail/mail-manager.js';
import { createMailQueue, type SendingQueue } from '../../../lib/mail/mail-queue.js';
import type { WaitingMail } from '../../../lib/mail/read-again.js';
import { createMailStates } from '../../../lib/mail/mail-states.js';
import type { EnrollmentEvent } from '../../../lib/ports/events.js';
import type { MailCheck, MailOrder, MailStatus } from '../../../lib/ports/mail-queue.js';
import type { MailRecords } from '../../../lib/ports/mail-records.js';
import type { DrawMail, Letter, Mailer } from '../../../lib/ports/mailer.js';
import type { Outbox } from '../../../lib/ports/outbox.js';
import { createMemoryMailRecords } from '../../../lib/stores/memory/mail-records.js';
import { createMemoryOutbox } from '../../../lib/stores/memory/outbox.js';
import { fakeClock, type FakeClock } from '../../../lib/testing/fake-clock.js';
import { createWorker, type Worker } from '../../../lib/webhooks/worker.js';

export const mailKeyring = createKeyring(['a secret of thirty-two characters or more']);

export interface QueueUnderTest {
  readonly queue: SendingQueue;
  readonly manager: MailManager;
  readonly worker: Worker;
  readonly clock: FakeClock;
  readonly outbox: Outbox;
  readonly events: EnrollmentEvent[];
  /** What was logged, as text. */
  readonly log: string[];
  /** Waits for a state, and says what became of the mail. */
  reaches(id: string, ...states: readonly MailStatus['state'][]): Promise<MailStatus>;
  /** Lets the longest pause between two attempts pass. */
  later(): void;
}

const silent = (lines: string[]) => {
  const write = (fields: unknown, text?: string): void => void lines.push(JSON.stringify([fields, text]));
  return { error: write, warn: write, info: write, debug: write };
};

/** A queue of mails with its worker, over memory unless stores are given. */
export function openMailQueue(
  mailer: Mailer,
  {
    clock = fakeClock(),
    whyWithdrawn = () => Promise.resolve(null),
    showsChange = () => Promise.resolve(false),
    ...stores
  }: {
    clock?: FakeClock;
    outbox?: Outbox;
    records?: MailRecords;
    whyWithdrawn?: (mail: WaitingMail) => Promise<string | null>;
    showsChange?: (check: MailCheck, to: string) => Promise<boolean>;
  } = {},
): QueueUnderTest {
  const outbox = stores.outbox ?? createMemoryOutbox({ clock });
  const records = stores.records ?? createMemoryMailRecords({ clock });
  const states = createMailStates(records, clock);
  const events: EnrollmentEvent[] = [];
  const lines: string[] = [];
  const log = silent(lines);
  const wake = (): void => {
    worker.wake();
  };
  const draw: DrawMail = ({ letter }, to) => ({
    subject: 'Hello',
    text: `${to} ${letter?.url ?? ''}`,
    html: '<p>Hello</p>',
  });
  const queue = createMailQueue({
    outbox,
    records,
    states,
    mailer,
    draw,
    keyring: mailKeyring,
    clock,
    events: (event) => void events.push(event),
    log,
    host: 'app.example',
    unsubscribeUrl: ({ id }) => Promise.resolve(`https://app.example/join/flows/-/unsubscribe?token=${id}`),
    readTopic: async (mail) => ({ withdrawn: await whyWithdrawn(mail) }),
    showsChange,
    isTicketOf: (ticket, user) => ticket === `of ${user}`,
    wake,
  });
  const worker = createWorker({
    outbox,
    kind: 'mail',
    handler: (item) => queue.send(item),
    events: () => undefined,
    log,
    atOnce: 5,
    timeoutSeconds: 45,
    pollMs: 60_000,
  });
  const manager = createMailManager({
    records,
    states,
    outbox,
    events: (event) => void events.push(event),
    clock,
    draw,
    mailer,
    sends: true,
    keyring: mailKeyring,
    stops: true,
    suppressions: createSuppressionList({
      store: createMemoryMailSuppressions(),
      keyring: mailKeyring,
      clock,
      events: () => undefined,
    }),
    home: 'https://app.example/',
    locale: 'en',
    samples: () => usualSample,
    wake,
  });
  return {
    queue,
    manager,
    worker,
    clock,
    outbox,
    events,
    log: lines,
    async reaches(id, ...wanted) {
      const until = performance.now() + 10_000;
      for (;;) {
        const [status = null] = await queue.status([id]);
        if (status !== null && wanted.includes(status.state)) return status;
        if (performance.now() > until)
          throw new Error(`${id} is ${status?.state ?? 'not there'}: ${status?.failure?.response ?? ''}`);
        await new Promise((resolve) => {
          setTimeout(resolve, 10);
        });
      }
    },
    later() {
      clock.advance(24 * 60 * 60 * 1000);
      worker.wake();
    },
  };
}

const letter: Letter = {
  url: 'https://app.example/?ticket=the-secret-of-the-link',
  code: 'THE-SECRET-CODE',
  app: null,
  inviter: 'Ann',
  expiresAt: null,
  zone: 'UTC',
  values: {},
  renewUrl: null,
};

export function mailOrder(id: string, more: Partial<MailOrder> = {}): MailOrder {
  return {
    id,
    to: 'bob@example.com',
    content: {
      kind: 'ticket_invite',
      locale: 'en',
      flow: 'set-password',
      code: null,
      letter,
      signInUrl: 'https://app.example/',
    },
    about: { type: 'ticket', id: 'one' },
    tenant: null,
    inviter: 'ann',
    expiresAt: null,
    ...more,
  };
}
