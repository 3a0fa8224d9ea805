import { getPath, mergeDeep, setPath, type JsonObject } from '../base/json.js';
import { message } from '../base/message.js';
import { namesRule } from '../base/setting-rules.js';
import { defineSilentStage } from '../flow/define-stage.js';

/**
 * How long after the write its request may still be running, in milliseconds: its response is awaited during this time.
 */
const answeringMs = 10_000;

interface UserWriteSettings {
  /**
   * Prompt keys that are stored in the account's data in addition to username, email, name and password:
   * `['attributes.team']`. Others are dropped.
   */
  readonly attributes?: readonly string[];
}

/**
 * Creates the account: one transaction for the user and the redemption, under the redemption protocol. Never changes an
 * existing account.
 */
export const userWrite = defineSilentStage<UserWriteSettings, 'pending_user' | 'password_hash'>({
  kind: 'user_write',
  settings: (joi) => ({ attributes: namesRule(joi) }),
  hasSideEffects: true,
  creates: () => true,
  needs: ['prompt_data'],
  writes: ['pending_user', 'password_hash'],
  consumes: (settings) => ['username', 'email', 'name', 'password', 'password_repeat', ...(settings.attributes ?? [])],
  async run(settings, at) {
    const data = at.context.prompt_data ?? {};
    const account = {
      username: textAt(data, 'username'),
      email: textAt(data, 'email'),
      name: textAt(data, 'name'),
      // A visitor from a source has no password, even if one was typed before the source recognized them.
      passwordHash: at.context.identity === undefined ? (at.context.password_hash ?? null) : null,
      data: (settings.attributes ?? []).reduce<JsonObject>((kept, key) => {
        const value = getPath(data, key);
        return value === undefined || value === null ? kept : mergeDeep(kept, setPath(key, value));
      }, {}),
    };
    if (account.username === null && account.email === null)
      return { type: 'denied', message: message('stage.user_write.nothing') };
    const enrolled = await at.services.accounts.enroll({
      enrollmentId: at.enrollmentId,
      flow: at.flow.slug,
      tenant: at.facts.tenant,
      address: at.facts.address,
      invitation: at.context.invitation ?? null,
      identity: at.context.identity ?? null,
      account,
    });
    if (enrolled.type === 'written')
      return {
        type: 'completed',
        patch: { pending_user: enrolled.userId },
        remove: ['password_hash'],
        evidence: { type: 'account_written', user: enrolled.userId },
      };
    if (enrolled.type === 'written_before') {
      const { sameDetails, agoMs } = enrolled;
      return { type: 'written_before', sameDetails, recently: typeof agoMs !== 'number' || agoMs < answeringMs };
    }
    return enrolled.type === 'invalid'
      ? enrolled
      : { type: 'denied', message: enrolled.message, reference: enrolled.reference };
  },
});

function textAt(data: JsonObject, key: string): string | null {
  const value = getPath(data, key);
  return typeof value === 'string' && value !== '' ? value : null;
}
