import { createHash } from 'node:crypto';
import type { Request } from 'express';
import type { EnrollmentClock } from '../../base/clock.js';
import { isSamePassword } from '../../base/same-password.js';
import { EnrollmentError } from '../../base/error.js';
import type { Keyring } from '../../base/keyring.js';
import type { SignInEvidence } from '../../executor/sign-in-evidence.js';
import { parseJson, type Json } from '../../base/json.js';
import type { EphemeralStore } from '../../ports/ephemeral-store.js';
import type { Redemptions } from '../../ports/redemptions.js';
import type { SessionRegistry } from '../../ports/session-registry.js';
import type { UserProfile } from '../../ports/user-store.js';
import { repetitionSeconds, type Attempt } from './attempt.js';

const deepest = 100;

/**
 * Serializes what was sent as one text: two texts are equal only if all fields have the same values in the same order.
 * Types are preserved, so that the number 7, the text "7" and an absent field differ.
 * @throws ERR_ENROLLMENT_BODY (400) for a body that is nested too deeply
 */
function formText(sent: unknown): string {
  return JSON.stringify(tagged(sent, 0));
}

// Every value that is not a text, boolean or plain number becomes a list that begins with its type.
function tagged(value: unknown, depth: number): unknown {
  if (depth > deepest)
    throw new EnrollmentError('ERR_ENROLLMENT_BODY', 'the body is nested too deeply', { status: 400, expose: true });
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : ['number', String(value)];
  if (typeof value === 'bigint') return ['bigint', value.toString()];
  if (typeof value !== 'object') return [typeof value];
  if (value instanceof Uint8Array) return ['bytes', Buffer.from(value).toString('base64')];
  if (value instanceof Date) return ['date', value.getTime()];
  // Also a Map, a Set and URLSearchParams, which some parsers produce.
  if (isIterable(value)) return ['list', ...Array.from(value, (one) => tagged(one, depth + 1))];
  return ['record', ...Object.entries(value).map(([name, one]) => [name, tagged(one, depth + 1)])];
}

function isIterable(value: object): value is Iterable<unknown> {
  return Symbol.iterator in value;
}

/**
 * The files of a form as multer leaves them on the request (`file`, `files`), to distinguish one form from another: the
 * field, name and size of each, and a hash of its content if it is in memory. Empty without files.
 */
export function uploadsOf(req: Request): readonly unknown[] {
  return [Reflect.get(req, 'file'), Reflect.get(req, 'files')].flatMap(filesIn).map(fingerprintOf);
}

/** One file, a list of them, or lists by field. */
function filesIn(value: unknown): readonly object[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(filesIn);
  return 'fieldname' in value ? [value] : Object.values(value).flatMap(filesIn);
}

function fingerprintOf(file: object): unknown {
  const buffer: unknown = Reflect.get(file, 'buffer');
  return [
    ...['fieldname', 'originalname', 'size'].map((name): unknown => Reflect.get(file, name) ?? null),
    buffer instanceof Uint8Array ? createHash('sha256').update(buffer).digest('base64url') : null,
  ];
}

/**
 * The enrollment's id: a keyed digest of everything that was sent and of this browser. A difference in any field,
 * including a password, makes another enrollment, so that a second person at this browser never gets the first person's
 * account. Without the app's secret the digest reveals nothing about the fields.
 */
export function enrollmentIdOf(keyring: Keyring, attempt: Attempt, form: readonly unknown[]): string {
  return keyring.under(attempt.secretId).sign('form', JSON.stringify(['guard', attempt.planToken, formText(form)]));
}

/**
 * A keyed digest of the account's name, the same for all forms of the attempt with that name and code; `null` if there
 * is no name.
 */
export function accountDigest(keyring: Keyring, attempt: Attempt, code: string, account: unknown): string | null {
  if (account === null || account === undefined) return null;
  return keyring
    .under(attempt.secretId)
    .sign('form', JSON.stringify(['account', attempt.planToken, code, formText(account)]));
}

/** What one request knows about an account that another request of the same enrollment wrote. */
interface RepeatedForm {
  /** To be called before the account is written. */
  begin(): Promise<void>;
  /** To be called once this request has written the account. Never rejects. */
  written(user: string): Promise<void>;
  /**
   * When this form, identical in every field and from this browser, began to write; `maySignIn` decides whether that
   * suffices.
   */
  evidence(user: string): Promise<SignInEvidence>;
}

/**
 * A guard's enrollment is one form of one browser: its id is a keyed digest of both. An account found by that id was
 * therefore written by the same form; this reports whether that was recent. A note is stored before the account is
 * written, and only if there is none, so that neither a late repetition nor a restored store makes an old account look
 * new. It is completed by the time of the account's password: the registry of sessions may forget that the password was
 * changed, as Redis does that starts from an older snapshot.
 * @throws ERR_ENROLLMENT_STORE_AWAY (503) when the app's table does not answer
 */
export async function openRepeatedForm(
  {
    ephemeralStore,
    findRedemption,
    sessionRegistry,
    clock,
    findProfile = () => Promise.resolve(null),
  }: {
    readonly ephemeralStore: EphemeralStore;
    readonly findRedemption: Redemptions['find'] | null;
    readonly sessionRegistry: Pick<SessionRegistry, 'epoch' | 'hasEnded'>;
    readonly clock: EnrollmentClock;
    /** Left out: the kit does not know the app's users. */
    readonly findProfile?: ((user: string) => Promise<UserProfile | null>) | undefined;
  },
  enrollmentId: string,
): Promise<RepeatedForm> {
  const key = `guard:${enrollmentId}`;
  const isWritten = findRedemption !== null && (await findRedemption({ enrollmentId })) !== null;
  return {
    begin: async () => {
      if (isWritten) return;
      const note = JSON.stringify({ at: clock.now(), epoch: await sessionRegistry.epoch() });
      await ephemeralStore.set(key, note, repetitionSeconds);
    },
    async written(user) {
      try {
        const note = parseJson((await ephemeralStore.peek(key)) ?? '');
        const profile = note === null ? null : await findProfile(user);
        if (profile === null) return;
        const completed = JSON.stringify({ ...note, password: profile.passwordChangedAt ?? null });
        await ephemeralStore.set(key, completed, repetitionSeconds);
      } catch {
        // The account exists. Without the time, the registry of sessions alone tells that the evidence ended.
      }
    },
    async evidence(user) {
      const { at, epoch, password } = parseJson((await ephemeralStore.peek(key)) ?? '') ?? {};
      const counts =
        typeof at === 'number' &&
        typeof epoch === 'number' &&
        !(await sessionRegistry.hasEnded(user, epoch)) &&
        (await isOfPassword(user, password));
      return {
        type: 'form_repeated',
        user,
        form: enrollmentId,
        // The note is looked up by the digest of the form that stored it; it counts until the user's sessions are ended.
        firstForm: counts ? enrollmentId : undefined,
        agoMs: counts ? clock.now() - at : Infinity,
      };
    },
  };

  async function isOfPassword(user: string, password: Json | undefined): Promise<boolean> {
    if (password !== null && typeof password !== 'number') return true;
    return isSamePassword(password, (await findProfile(user))?.passwordChangedAt);
  }
}

/** As long as an attempt's cookie. */
const seconds = 24 * 60 * 60;

/**
 * Remembers that an attempt has created an account under a name. Only the wording depends on it: if the answer was lost
 * and the visitor types the form again, the page says that the account is ready instead of that the invitation is used
 * up. It never grants access.
 */
export interface KnownAccount {
  note(): void;
  isThere(): Promise<boolean>;
}

/** `digest: null`: the form contains nothing that identifies an account. */
export function knownAccount(ephemeralStore: EphemeralStore, digest: string | null): KnownAccount {
  if (digest === null) return { note: () => undefined, isThere: () => Promise.resolve(false) };
  const key = `guard:account:${digest}`;
  return {
    note() {
      // The account exists, and only a sentence depends on this.
      ephemeralStore.set(key, '1', seconds).catch(() => undefined);
    },
    isThere: async () => (await ephemeralStore.peek(key)) !== null,
  };
}
