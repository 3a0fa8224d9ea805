import { digest128 } from '../base/ids.js';
import { message } from '../base/message.js';
import { isStillProved } from './still-proved.js';
import { prepareNewPassword } from './announce-change.js';
import { hasRecentlyAuthenticated } from '../flow/recent-authentication.js';
import { defineSilentStage } from '../flow/define-stage.js';

/** How long two forms with different passwords can meet, in seconds. */
const meetingSeconds = 120;

interface PasswordWriteSettings {
  /** True: an account without a password, as from a source, gets its first one. Default false: it gets none. */
  readonly firstPassword?: boolean;
}

/**
 * Sets the new password of the plan's user, who has proved who they are: by a code that was sent to the account's
 * address in this plan, or because they are signed in and have authenticated within ten minutes: a session alone is
 * not enough. Its other sessions end, and its owner is told by email. Needs a user store with `update`.
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
      pending_user: userId = firstPassword ? facts.user : undefined,
      password_hash: hash,
      email_verified: address,
      password_seen: seen,
    } = context;
    const nobody = { type: 'denied', message: message('stage.password_write.refused') } as const;
    if (userId === undefined || hash === undefined) return nobody;
    if (address === undefined && (facts.user !== userId || !hasRecentlyAuthenticated(at))) return nobody;
    // Of forms that meet, one password is written: by each form of its plan, so that none depends on another's answer.
    // A form of another plan that proved the same user is refused.
    const key = `password:${digest128(JSON.stringify([userId, seen ?? enrollmentId]))}`;
    const mine = JSON.stringify([enrollmentId, hash]);
    const [owner, passwordHash] = textsIn(await services.ephemeralStore.setIfAbsent(key, mine, meetingSeconds));
    if (owner !== enrollmentId || passwordHash === undefined) return nobody;
    const change = {
      passwordHash,
      at: facts.now,
      seen: seen ?? null,
      address: address ?? null,
      first: firstPassword,
      secondFactor: context.second_factor === userId,
      holds: () => isStillProved(at, userId),
    };
    const sendNotice = await prepareNewPassword(at, userId, passwordHash);
    const written = await services.accounts.changePassword(userId, change).catch(async (error: unknown) => {
      await services.ephemeralStore.take(key).catch(() => undefined);
      throw error;
    });
    if (!written) return nobody;
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

function textsIn(stored: string): readonly (string | undefined)[] {
  const list: unknown = JSON.parse(stored);
  return Array.isArray(list) ? list.filter((text) => typeof text === 'string') : [];
}
