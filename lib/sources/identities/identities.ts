import type { EnrollmentClock } from '../../base/clock.js';
import { isJsonObject, parseJson, type JsonObject } from '../../base/json.js';
import { jsonTextProblem } from '../../base/text-problem.js';
import { withTimeout } from '../../base/awaitable.js';
import { writeWhileProved } from '../../base/write-while-proved.js';
import type { AccountLock } from '../../ports/account-lock.js';
import type { Connections } from '../../ports/connections.js';
import type { EventSink } from '../../ports/events.js';
import type { PendingIdentity } from '../../ports/pending-identity.js';
import type { Identities, IdentityDenial, InvitationRule } from '../../ports/identities.js';
import type { EnrollmentLogger } from '../../ports/log.js';
import type { EphemeralStore } from '../../ports/ephemeral-store.js';
import type { Redemptions } from '../../ports/redemptions.js';
import type { UserStore } from '../../ports/user-store.js';
import type { SourceRegistry } from '../source-registry.js';
import { denyIdentity } from './deny-identity.js';
import { createIdentityTrace, type IdentityTrace } from './identity-trace.js';

interface IdentitiesParts<User> {
  readonly sources: Pick<SourceRegistry, 'get'>;
  readonly connections: Connections;
  readonly users: Pick<UserStore<User>, 'toProfile' | 'findById'>;
  /** `null` if the app has no redemptions table. */
  readonly redemptions: Redemptions | null;
  readonly ephemeralStore: EphemeralStore;
  readonly accountLock: AccountLock;
  readonly clock: EnrollmentClock;
  readonly events: EventSink;
  readonly log: EnrollmentLogger;
}

/** The operations of stages on identities, and the trace of accounts that are being written for them. */
export interface TracedIdentities extends Identities, IdentityTrace {
  /**
   * Why the identity may no longer be used: it is over an hour old, or its source is switched off or gone. `null`: it
   * may be used.
   */
  lapsed(identity: PendingIdentity): Promise<IdentityDenial | null>;
  /** False: no account is created for identities of its source. */
  mayRegister(identity: PendingIdentity): boolean;
  /** What the source's rule returns for the account's data; `null` where it gave no valid answer, which is logged. */
  accountData(identity: PendingIdentity): Promise<JsonObject | null>;
}

/** How long the answer of a source may be used, in seconds. */
export const identitySeconds = 3600;
const timeoutMs = 2000;

export function createIdentities<User>(parts: IdentitiesParts<User>): TracedIdentities {
  const { sources, connections, users, accountLock, clock, events, log } = parts;

  /** The app's own answer, or `failed` if it throws, takes longer than two seconds or returns an invalid value. */
  async function asked<T>(what: string, source: string, ask: () => unknown, read: (said: unknown) => T, failed: T) {
    const work = (async () => read(await ask()))();
    try {
      return await withTimeout(
        timeoutMs,
        () => work,
        () => new Error(`no answer within ${String(timeoutMs)} ms`),
      );
    } catch (error) {
      log.error({ err: error, source }, what);
      return failed;
    }
  }

  async function isOn(slug: string): Promise<boolean> {
    const source = sources.get(slug);
    if (source === null) return false;
    const text = 'it could not be asked whether a source is switched on; it counts as off';
    return asked(
      text,
      slug,
      () => source.enabled(),
      (said) => said === true,
      false,
    );
  }

  async function lapsed(identity: PendingIdentity): Promise<IdentityDenial | null> {
    if (!(clock.now() - identity.pendingSince <= identitySeconds * 1000)) return denyIdentity('lapsed', identity);
    return (await isOn(identity.source)) ? null : denyIdentity('disabled', identity);
  }

  return Object.freeze<TracedIdentities>({
    ...createIdentityTrace(parts),
    lapsed,
    async accountData(identity) {
      const dataOf = sources.get(identity.source)?.accountData;
      if (dataOf === undefined) return {};
      const text = 'the account data of an identity could not be determined';
      return asked<JsonObject | null>(text, identity.source, () => dataOf(identity), dataIn, null);
    },
    mayRegister: ({ source }) => sources.get(source)?.registration === 'allowed',

    async invitationRule(identity) {
      const rule = sources.get(identity.source)?.invitation ?? 'required';
      const text = 'the invitation rule of a source gave no answer that it may give; an invitation is required';
      return asked(
        text,
        identity.source,
        () => (typeof rule === 'function' ? rule(identity) : rule),
        ruleOf,
        'required',
      );
    },

    async refusal(userId, identity) {
      if (!(await isOn(identity.source))) return denyIdentity('disabled', identity);
      return (await connections.find(identity)) === userId ? null : denyIdentity('disconnected', identity);
    },

    isConnected: async (identity) => (await connections.find(identity)) !== null,

    vouched({ source, email, emailVerified, otherEmails }) {
      const policy = sources.get(source)?.address ?? 'strict';
      if (emailVerified && email !== null) return { policy, addresses: [email, ...otherEmails] };
      // `strict` requires the person's main address, so other addresses do not count.
      return { policy, addresses: policy === 'strict' ? [] : otherEmails };
    },

    async connect(userId, identity, { holds = always, announce } = {}) {
      const why = await lapsed(identity);
      if (why !== null) return why;
      const user = await users.findById(userId);
      if (user === null || !users.toProfile(user).active) return denyIdentity('inactive', identity);
      const before = await connections.find(identity);
      if (before === userId) return { type: 'connected' };
      let tell: (() => void) | undefined;
      const holder =
        before ??
        (await linkedWhileProved(userId, identity, holds, async () => {
          tell = await announce?.(userId);
        }));
      if (holder === null) return denyIdentity('sign_in_again', identity);
      if (holder !== userId) return denyIdentity('taken', identity);
      events({ type: 'source.linked', source: identity.source, user: userId });
      tell?.();
      return { type: 'connected' };
    },
  });

  /** `null`: what proves the user was ended. */
  async function linkedWhileProved(
    userId: string,
    identity: PendingIdentity,
    holds: () => Promise<boolean>,
    announce: () => Promise<void>,
  ): Promise<string | null> {
    const { source, issuer, subject } = identity;
    const holder = await accountLock(userId, (held) =>
      writeWhileProved({
        holds,
        async write() {
          await announce();
          await held.confirm();
          return { id: await linked(userId, identity) };
        },
        // Without effect where another user was faster.
        takeBack: async () => connections.unlink?.(userId, { source, issuer, subject }),
      }),
    );
    return holder === 'ended' ? null : holder.id;
  }

  /** Returns the identity's owner: of two users who connect it at the same time, one. */
  async function linked(userId: string, identity: PendingIdentity): Promise<string> {
    try {
      await connections.link(userId, identity);
      return userId;
    } catch (error) {
      const holder = await connections.find(identity);
      if (holder === null) throw error;
      return holder;
    }
  }
}

const always = (): Promise<boolean> => Promise.resolve(true);

/** Accepts only the three values: an app in JavaScript may return anything. */
function ruleOf(said: unknown): InvitationRule {
  if (said === 'required' || said === 'optional' || said === 'never') return said;
  throw new TypeError(`the rule is 'required', 'optional' or 'never'`);
}

/** Through text: an app in JavaScript may return anything. */
function dataIn(said: unknown): JsonObject {
  const data = isJsonObject(said) ? parseJson(JSON.stringify(said)) : null;
  if (data === null) throw new TypeError('accountData must return a record');
  const problem = jsonTextProblem(data);
  if (problem !== null) throw new TypeError(`accountData returned a text that ${problem}`);
  return data;
}
