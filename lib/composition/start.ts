import { isEnrollmentError } from '../base/error.js';
import { isForAdministration } from '../base/administration.js';
import type { Keyring } from '../base/keyring.js';
import type { InvitationManager } from '../invitations/management/invitation-manager.js';
import type { Invitations } from '../invitations/invitations.js';
import {
  checkKeeping,
  warnOfDroppedSecrets,
  warnOfLostInvitations,
  warnOfMailer,
  warnOfOtherApps,
  type WarnOnce,
} from '../options/warnings.js';
import type { Stores } from '../stores/stores.js';
import { untilReady, type Start } from '../stores/until-ready.js';
import { withRemedy } from '../diagnosis/remedies.js';
import type { EnrollmentConfig } from '../options/options.js';
import type { Probes } from '../diagnosis/probes.js';
import { findOtherApps } from '../stores/other-apps.js';

/**
 * How often a mistake in tables or packages is retried before the start ends in development: the app may still be
 * creating its tables.
 */
const triesForMistakes = 3;

/**
 * Runs the start and retries until it succeeds: probes every port, refuses a volatile Redis, creates the seeds, and
 * warns of codes that cannot be used and of a Redis that is not the right one.
 */
export function startEnrollment<User, Data>(
  config: EnrollmentConfig<User, Data>,
  parts: {
    readonly stores: Stores;
    readonly keyring: Keyring;
    readonly probes: Probes;
    readonly manager: Pick<InvitationManager, 'seed'>;
    readonly invitations: Pick<Invitations, 'underDroppedSecrets' | 'lost'>;
    readonly warnOnce: WarnOnce;
    /** Reads the stored flows; `null`: there are none. */
    readonly readFlows: (() => Promise<void>) | null;
  },
): Start {
  const { stores, keyring, probes, manager, invitations, warnOnce } = parts;
  const { site, logger: log, production } = config;
  // The command line is not a running app, and its secret may differ from the app's.
  const serves = !isForAdministration();
  const self = { baseUrl: site.origin + site.mount, keyId: keyring.ids[0] ?? '' };
  let ofTables: unknown = null;

  async function work(): Promise<void> {
    await stores.ping();
    await parts.readFlows?.();
    await stores.probeWrites();
    const { reasons } = await stores.whyTheyForget();
    checkKeeping(reasons, config, warnOnce);
    if (serves) {
      await manager.seed(config.seed);
      await stores.apps.register(self);
      warnOfOtherApps(await findOtherApps(stores.apps, self, keyring.ids), warnOnce);
    }
    await probes.tables().catch((error: unknown) => {
      ofTables = error;
      throw error;
    });
    warnOfLostInvitations(await invitations.lost(), warnOnce);
    // Users sign in without mail, so nothing waits for it.
    probes.mailer().then(
      ({ problem }) => {
        warnOfMailer(problem, warnOnce);
      },
      () => undefined,
    );
    // The start does not wait for this: it reads up to 10,000 invitations. Whatever needs an unavailable store reports
    // it.
    invitations.underDroppedSecrets().then(
      (found) => {
        warnOfDroppedSecrets(found, warnOnce);
      },
      () => undefined,
    );
  }

  return untilReady(
    work,
    (error, failures) => {
      if (!isEnrollmentError(error) || error.status === 503) return false;
      // In production, a migration that runs beside the deployment may create the tables.
      return error !== ofTables || (!production && failures + 1 >= triesForMistakes);
    },
    log,
    (error) => withRemedy(error instanceof Error ? error.message : String(error), error),
  );
}
