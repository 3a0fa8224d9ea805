import { fakeClock, type FakeClock } from '../../../lib/testing/fake-clock.js';
import {
  createEnrollment,
  inviteSignupFlow,
  memoryUsers,
  sessionLogin,
  type InvitationLetter,
} from '../../../lib/index.js';
import { createMemoryWaitlistStore } from '../../../lib/stores/memory/waitlist-store.js';
import { createMemoryRateLimiter } from '../../../lib/stores/memory/rate-limiter.js';
import type { JsonObject } from '../../../lib/base/json.js';
import { createKeyring } from '../../../lib/base/keyring.js';
import type { SeededInvitation } from '../../../lib/ports/invitation-input.js';
import type { Mailer } from '../../../lib/ports/mailer.js';
import type { WaitlistStore } from '../../../lib/ports/waitlist-store.js';
import type { InvitationMaker, InvitationOrder, WaitlistParts } from '../../../lib/waitlist/parts.js';
import { createWaitlist } from '../../../lib/waitlist/waitlist.js';

/** A waitlist over memory with counted invitations and a sender that keeps the sent letters. */
export interface AdminClient {
  readonly waitlist: ReturnType<typeof createWaitlist>;
  readonly parts: WaitlistParts;
  readonly store: WaitlistStore;
  readonly clock: FakeClock;
  readonly letters: InvitationLetter[];
  /** Every invitation that was created. */
  readonly made: Map<string, MadeHere>;
  readonly events: { readonly name: string; readonly facts: JsonObject }[];
  readonly members: Set<string>;
  readonly errors: string[];
  /** The invitations of an address that can still be used. */
  open(email: string): readonly MadeHere[];
}

export interface MadeHere {
  readonly order: InvitationOrder;
  readonly code: string;
  revoked: boolean;
  redeemed: number;
  /** The number of accounts that are being written when it is revoked. */
  stillOpen: number;
}

export function openAdminClient(over: Partial<WaitlistParts> = {}): AdminClient {
  const clock = fakeClock();
  const store = over.store ?? createMemoryWaitlistStore();
  const letters: InvitationLetter[] = [];
  const made = new Map<string, MadeHere>();
  const events: { name: string; facts: JsonObject }[] = [];
  const members = new Set<string>();
  const errors: string[] = [];
  const note = (_fields: object, text: string): void => void errors.push(text);
  const parts: WaitlistParts = {
    store,
    invitations: ledger(made),
    rateLimiter: createMemoryRateLimiter({ clock }),
    keyring: createKeyring(['the secret of the tests']),
    clock,
    events: ({ type: name, ...facts }) => void events.push({ name, facts }),
    log: { info: note, warn: note, error: note },
    send: async (letter) => void letters.push(letter),
    mailer: null,
    suppressions: null,
    hasAccount: async (email) => members.has(email),
    locale: 'en',
    ...over,
  };
  return {
    waitlist: createWaitlist(parts),
    parts,
    store,
    clock,
    letters,
    made,
    events,
    members,
    errors,
    open: (email) => [...made.values()].filter(({ order, revoked }) => order.email === email && !revoked),
  };
}

/** Invitations as the waitlist sees them; `test/http/waitlist.test.ts` tests it over real ones. */
function ledger(made: Map<string, MadeHere>): InvitationMaker {
  return {
    check: () => undefined,
    async create(order) {
      const id = `i${made.size + 1}`;
      const code = `CODE-${id}`;
      made.set(id, { order, code, revoked: false, redeemed: 0, stillOpen: 0 });
      return { id, code, url: `https://app.example/?invite=${code}` };
    },
    async revoke(id) {
      const one = made.get(id);
      if (one === undefined) throw new Error(`there is no invitation ${id}`);
      one.revoked = true;
      return one;
    },
    async restore(id) {
      const one = made.get(id);
      if (one !== undefined) one.revoked = false;
    },
    snapshot: async (ids) =>
      ids.map((id) => {
        const { redeemed = 0, revoked = false, stillOpen: claimed = 0 } = made.get(id) ?? {};
        return { expires: 1_900_000_000_000, redeemed, claimed, hasEnded: revoked && redeemed === 0 };
      }),
  };
}

export async function askAll(admin: AdminClient, count: number): Promise<readonly string[]> {
  const emails = Array.from({ length: count }, (_, at) => `person${at}@example.com`);
  for (const email of emails) await admin.waitlist.ask({ email });
  return emails;
}

/** A whole enrollment without a web server, over memory or Redis. */
export function openGuardApp(more: {
  readonly redis?: string;
  readonly send?: (letter: InvitationLetter) => Promise<void>;
  /** With it, and without `send`, the kit mails the letters. */
  readonly mailer?: Mailer;
  readonly seed?: readonly SeededInvitation[];
}) {
  const store = memoryUsers();
  return createEnrollment({
    baseUrl: 'http://127.0.0.1:1',
    secret: 'Wz7ePx0rTqkL4mVbN2cYhDfJ8sGaU5iQ',
    users: store.users,
    redemptions: store.redemptions,
    login: sessionLogin(),
    flows: [inviteSignupFlow({ slug: 'invite', fields: ['username', 'email', 'password'] })],
    logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
    production: false,
    ...(more.redis === undefined ? {} : { redis: more.redis }),
    ...(more.send === undefined ? {} : { sendInvitation: more.send }),
    ...(more.mailer === undefined ? {} : { mailer: more.mailer }),
    ...(more.seed === undefined ? {} : { seed: more.seed }),
  });
}
