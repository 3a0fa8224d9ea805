import type { Keyring } from '../base/keyring.js';
import { diagnose } from '../diagnosis/diagnose.js';
import { createHealth } from '../diagnosis/health.js';
import { createMailerProbe } from '../diagnosis/mailer-probe.js';
import { ownStoresProbe } from '../diagnosis/own-stores.js';
import { createProbes } from '../diagnosis/probes.js';
import { loginFieldsOf } from '../flow/flows.js';
import type { Invitations } from '../invitations/invitations.js';
import type { EnrollmentConfig } from '../options/options.js';
import type { WarnOnce } from '../options/warnings.js';
import type { Stores } from '../stores/stores.js';
import type { Enrollment } from './enrollment.js';
import type { ComposedEvents } from './events.js';
import type { FlowSet } from './flow-set.js';
import { sendsMails } from './mail.js';
import type { ComposedMails } from './mail-queue.js';
import { startEnrollment } from './start.js';
import { summaryOf } from './stored-flows/stored-flows.js';
import type { ComposedUsers } from './users.js';

interface Lifecycle<User, Data> extends Pick<Enrollment<User, Data>, 'ready' | 'health' | 'diagnose' | 'close'> {
  /** Why the start failed; `null` while it has not. */
  failure(): unknown;
}

/** Begins the start, and composes what reports on the parts and ends them. */
export function beginLifecycle<User, Data>(
  config: EnrollmentConfig<User, Data>,
  parts: {
    readonly stores: Stores;
    readonly keyring: Keyring;
    readonly warnOnce: WarnOnce;
    readonly people: ComposedUsers<User>;
    readonly emitting: Pick<ComposedEvents, 'deliveries' | 'background' | 'idle'>;
    readonly mails: Pick<ComposedMails, 'start' | 'close'>;
    readonly invitations: Pick<Invitations, 'manager' | 'underDroppedSecrets' | 'lost' | 'idle'>;
    readonly flows: Pick<FlowSet<User, Data>, 'stored' | 'stop'>;
  },
): Lifecycle<User, Data> {
  const { stores, keyring, warnOnce, people, emitting, mails, invitations, flows } = parts;
  const { stored } = flows;
  const { deliveries, background } = emitting;
  let failure: unknown = null;
  const probes = createProbes({
    stores,
    users: people.known,
    redemptions: people.redemptions,
    connections: people.connections,
    authenticators: people.authenticators,
    askOwnStores: ownStoresProbe(config.stores, stores),
    mailer: createMailerProbe(config.mailer),
    loginFields: () => loginFieldsOf(config.flows),
  });
  const started = startEnrollment(config, {
    stores,
    keyring,
    probes,
    manager: invitations.manager,
    invitations,
    warnOnce,
    readFlows: stored === null ? null : () => stored.follow(),
  });
  started.done.catch((error: unknown) => {
    failure = error;
  });
  // When the start fails, `ready()` reports it, and deliveries of earlier processes are not resumed.
  started.done.then(deliveries.start, () => undefined);
  started.done.then(mails.start, () => undefined);
  const health = createHealth({ stores, probes, started });

  return {
    failure: () => failure,
    ready: () => started.done,
    health,
    diagnose: () =>
      diagnose(config, {
        stores,
        keyring,
        health,
        probes,
        invitations,
        storedFlows: () => (stored === null ? null : summaryOf(stored.state())),
        logsMails: sendsMails(config) && config.mailer === null,
      }),
    async close() {
      flows.stop();
      started.stop();
      await background.idle();
      await invitations.idle();
      await emitting.idle();
      await mails.close();
      await deliveries.close();
      await stores.close();
    },
  };
}
