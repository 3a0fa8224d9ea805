import { storeAway } from '../base/error.js';
import { withTimeout } from '../base/awaitable.js';
import type { Authenticators } from '../ports/authenticators.js';
import type { Connections } from '../ports/connections.js';
import type { Redemptions } from '../ports/redemptions.js';
import type { LoginField, UserStore } from '../ports/user-store.js';
import type { MailerProbe } from './mailer-probe.js';
import type { Stores } from '../stores/stores.js';
import { withRemedy } from './remedies.js';

/** One cheap query per part, the same for `ready()`, `health()` and `doctor`. */
export interface Probes {
  /** Probes all parts at once; resolves within about two seconds. */
  report(): Promise<ProbeReport>;
  /** Probes the app's own tables and stores. @throws the first error */
  tables(): Promise<void>;
  /** Whether mails could be sent; waits up to ten seconds. */
  mailer(): Promise<Probe>;
}

interface ProbeReport {
  readonly redis: Probe;
  /** A real write: a replica, a full server and one without its replicas answer PING but reject writes. */
  readonly redisWrites: Probe;
  readonly users: Probe;
  readonly redemptions: Probe;
  readonly connections: Probe;
  readonly authenticators: Probe;
  /** Stores of the app in the option `stores`. */
  readonly ownStores: Probe;
  readonly mailer: Probe;
}

interface ProbeParts<User> {
  readonly stores: Pick<Stores, 'kind' | 'ping' | 'probeWrites'>;
  /** The lookups of the user store return in time. */
  readonly users: UserStore<User> | null;
  readonly redemptions: Redemptions | null;
  readonly connections: Connections | null;
  readonly authenticators: Authenticators | null;
  /** Reads from each store of the app's own; `null`: it has none. */
  readonly askOwnStores: (() => Promise<unknown>) | null;
  readonly mailer: MailerProbe;
  /** The fields that users sign up and sign in with. */
  readonly loginFields: () => readonly LoginField[];
}

const timeoutMs = 2000;
// No account, redemption or identity has these values: they only make the store read its table.
const login = { username: 'enrollment-probe', email: 'probe@enrollment.invalid' } as const;
const nothing = 'probe:none';

export function createProbes<User>(parts: ProbeParts<User>): Probes {
  const { stores, users, redemptions, connections, authenticators, askOwnStores, mailer } = parts;
  const memory: Probe = { status: 'unused', problem: null };

  const askUsers =
    users === null
      ? null
      : async () => {
          if (users.probe !== undefined) await users.probe();
          else for (const field of parts.loginFields()) await users.findByLogin(field, login[field]);
        };
  const askRedemptions = redemptions === null ? null : () => redemptions.find({ key: nothing });
  const askConnections =
    connections === null ? null : () => connections.find({ source: nothing, issuer: '', subject: nothing });
  const askAuthenticators = authenticators === null ? null : () => authenticators.list(nothing);

  return Object.freeze<Probes>({
    async report() {
      const redis = stores.kind === 'memory' ? memory : await probe('Redis is away', () => stores.ping());
      const [redisWrites, ...tables] = await Promise.all([
        // A server that does not answer does not accept writes either. Asking would only take another two seconds.
        stores.kind === 'memory'
          ? memory
          : redis.status === 'up'
            ? probe('Redis takes no writes', () => stores.probeWrites())
            : redis,
        probe('the user store does not answer', askUsers),
        probe('the table of redemptions does not answer', askRedemptions),
        probe('the table of connections does not answer', askConnections),
        probe('the table of authenticators does not answer', askAuthenticators),
        probe('a store of the option "stores" does not answer', askOwnStores),
        mailer.askBriefly(),
      ]);
      const [users, redemptions, connections, ofAuthenticators, ownStores, ofMailer] = tables;
      return {
        redis,
        redisWrites,
        users,
        redemptions,
        connections,
        authenticators: ofAuthenticators,
        ownStores,
        mailer: ofMailer,
      };
    },
    async tables() {
      await Promise.all([
        askUsers?.(),
        askRedemptions?.(),
        askConnections?.(),
        askAuthenticators?.(),
        askOwnStores?.(),
      ]);
    },
    mailer: () => mailer.ask(),
  });
}

async function probe(problem: string, ask: (() => Promise<unknown>) | null): Promise<Probe> {
  if (ask === null) return { status: 'unused', problem: null };
  try {
    await withTimeout(timeoutMs, ask, () => storeAway(problem, new Error(`no answer within ${String(timeoutMs)} ms`)));
    return { status: 'up', problem: null };
  } catch (error) {
    return { status: 'down', problem: withRemedy(problem, error) };
  }
}

/**
 * The probe's result for one part: `unknown` where it cannot be determined, `unused` where the app has no such part.
 */
export type ProbeStatus = 'up' | 'down' | 'unknown' | 'unused';

export interface Probe {
  readonly status: ProbeStatus;
  /** The cause and, where one is known, the remedy; `null` when it is up. */
  readonly problem: string | null;
}
