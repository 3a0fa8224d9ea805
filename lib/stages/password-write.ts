import { digest128 } from '../base/ids.js';
import { message } from '../base/message.js';
import { signedInUser } from './flow-user.js';
import { noteNewPassword } from './note-form.js';
import { isProvedByAll } from './still-proved.js';
import { prepareNewPassword } from './announce-change.js';
import { hasRecentlyAuthenticated } from '../flow/recent-authentication.js';
import { defineSilentStage } from '../flow/define-stage.js';

/** How long two clicks of one form can meet, in seconds. */
const meetingSeconds = 120;
/** How long a plan keeps others off that proved the same user; then what is written decides. A killed process leaves it. */
const leaseSeconds = 15;

interface PasswordWriteSettings {
  /** True: an account without a password, as from a source, gets its first one. Default false: it gets none. */
  readonly firstPassword?: boolean;
}

/**
 * Sets the new password of the plan's user, who has proved who they are: by a code that was sent to the account's
 * address in this plan, or because they are signed in and have authenticated within ten minutes: a session alone is
 * not enough. Its other sessions end, and its owner gets a notice by email. Needs a user store with `update`.
 */
export const passwordWrite = defineSilentStage<PasswordWriteSettings, 'password_hash'>({
  kind: 'password_write',
  settings: (joi) => ({ firstPassword: joi.boolean() }),
  hasSideEffects: true,
  requires: ['new-passwords', 'credentials', 'session-ends'],
  needs: ({ firstPassword }) => (firstPassword === true ? [] : ['pending_user']),
  writes: ['password_hash'],
  consumes: () => ['password', 'password_repeat'],
  async run({ firstPassword = false }, at) {
    const { context, facts, enrollmentId, services } = at;
    const {
      pending_user: userId = firstPassword ? ((await signedInUser(at)) ?? undefined) : undefined,
      password_hash: hash,
      email_verified: address,
      password_seen: seen,
    } = context;
    const refused = { type: 'denied', message: message('stage.password_write.refused') } as const;
    if (userId === undefined || hash === undefined) return refused;
    if (address === undefined && (facts.user !== userId || !hasRecentlyAuthenticated(at))) return refused;
    // Two clicks have hashes of their own: one of them is written, by either, so that none depends on the other's answer.
    // A form with another password does not write theirs, also where their process died. A form of another plan that
    // proved the same user is refused, and later finds another password than it saw.
    const { ephemeralStore } = services;
    const ownerKey = `password:${digest128(JSON.stringify([userId, seen ?? enrollmentId]))}`;
    const owner = await ephemeralStore.setIfAbsent(ownerKey, enrollmentId, leaseSeconds);
    if (owner !== enrollmentId) return refused;
    const key = `password-of:${digest128(JSON.stringify([userId, seen ?? '', enrollmentId, at.formMark?.() ?? '']))}`;
    const passwordHash = await ephemeralStore.setIfAbsent(key, hash, meetingSeconds);
    const change = {
      passwordHash,
      at: facts.now,
      seen: seen ?? null,
      address: address ?? null,
      first: firstPassword,
      secondFactor: context.second_factor === userId,
      holds: () => isProvedByAll(at, userId),
    };
    await noteNewPassword(at, userId);
    const sendNotice = await prepareNewPassword(at, userId, passwordHash);
    const written = await services.accounts.changePassword(userId, change).catch(async (error: unknown) => {
      await ephemeralStore.take(key).catch(() => undefined);
      await ephemeralStore.compareAndSet(ownerKey, enrollmentId, null).catch(() => undefined);
      throw error;
    });
    if (!written) return refused;
    sendNotice();
    return {
      type: 'completed',
      remove: ['password_hash'],
      endSessions: userId,
      // In a recovery a page of its own says it.
      ...(facts.user === userId ? { notice: message('notice.password_changed') } : {}),
    };
  },
});
