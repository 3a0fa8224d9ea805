import { canonicalEmail } from '../base/canonical.js';
import { withoutDottedKeys } from '../base/dotted-keys.js';
import { getPath, isJsonObject, mergeDeep, setPath, type JsonObject } from '../base/json.js';
import { message } from '../base/message.js';
import { namesRule } from '../base/setting-rules.js';
import { defineSilentStage } from '../flow/define-stage.js';
import type { StageContext } from '../flow/facts.js';
import type { StageOutcome } from '../flow/stage.js';
import { hasRecentlyAuthenticated } from '../flow/recent-authentication.js';
import { flowUser } from './flow-user.js';
import { isProvedByAll } from './still-proved.js';
import { loginNamesIn, textAt } from './login-names.js';
import { prepareFormerAddress } from './former-address-notice.js';
import { prepareNewPassword } from './announce-change.js';
import { noteNewPassword } from './note-form.js';
import { sentForm } from './sent-form.js';

/**
 * How long after the write its request may still be running, in milliseconds: its response is awaited during this time.
 */
const answeringMs = 10_000;

interface UserWriteSettings {
  /**
   * `always_create`, the default, creates the account and never changes an existing one. `never_create` changes the
   * account of the signed-in user, or of the user who has authenticated in this flow, and never creates one. A flow has
   * to say which: authentik's third mode, which creates an account where no user is signed in, is left out.
   */
  readonly creationMode?: 'always_create' | 'never_create';
  /**
   * Prompt keys that are stored in the account's data in addition to username, email, name and password:
   * `['attributes.team']`. Others are dropped.
   */
  readonly attributes?: readonly string[];
  /**
   * A new address is written only if this flow has proved it, e.g. by `emailStage({ recipient: 'typed' })`, and an account
   * is created only with such an address. Default false: it is written, and counts as not proved.
   */
  readonly provedEmail?: boolean;
}

type Outcome = StageOutcome<'pending_user' | 'password_hash'>;

/**
 * Writes the account: a new one in one transaction with the redemption, under the redemption protocol; or changes to an
 * existing one. A new password ends the user's other sessions.
 */
export const userWrite = defineSilentStage<UserWriteSettings, 'pending_user' | 'password_hash'>({
  kind: 'user_write',
  settings: (joi) => ({
    creationMode: joi.valid('always_create', 'never_create'),
    attributes: namesRule(joi),
    provedEmail: joi.boolean(),
  }),
  hasSideEffects: true,
  creates,
  changesAddress: (settings) => !creates(settings),
  requires: (settings) => (creates(settings) ? [] : ['account-changes', 'session-ends']),
  needs: ['prompt_data'],
  writes: ['pending_user', 'password_hash'],
  consumes: (settings) => ['username', 'email', 'name', 'password', 'password_repeat', ...(settings.attributes ?? [])],
  run: (settings, at) => (creates(settings) ? create(settings, at) : update(settings, at)),
});

function creates({ creationMode }: UserWriteSettings): boolean {
  return creationMode !== 'never_create';
}

async function create(settings: UserWriteSettings, at: StageContext): Promise<Outcome> {
  const data = at.context.prompt_data ?? {};
  const { username, email, errors } = loginNamesIn(data);
  if (errors !== null) return { type: 'invalid', errors };
  const account = {
    username,
    email,
    ...(email !== null && at.context.email_verified === email ? { emailVerified: true } : {}),
    name: textAt(data, 'name'),
    // A visitor from a source has no password, even if one was typed before the source recognized them.
    passwordHash: at.context.identity === undefined ? (at.context.password_hash ?? null) : null,
    data: attributesIn(data, settings),
  };
  if (account.username === null && account.email === null)
    return { type: 'denied', message: message('stage.user_write.nothing') };
  // The gate is here: the stage that proves may stand elsewhere, and a policy may have changed the address since.
  if (settings.provedEmail === true && !('emailVerified' in account) && !isVouched(at, email)) return unproved(at);
  const form = sentForm(at);
  // Before the account is written: a process that dies afterwards has noted which form wrote it.
  const isOtherForm = await form.note();
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
    const { sameDetails, agoMs, userId: user } = enrolled;
    const recently = typeof agoMs !== 'number' || agoMs < answeringMs;
    return { type: 'written_before', user, sameDetails, recently, isOtherForm };
  }
  await form.forget();
  return enrolled.type === 'invalid'
    ? enrolled
    : { type: 'denied', message: enrolled.message, reference: enrolled.reference };
}

/** Login names that are left empty stay as they are; an empty full name is removed. */
async function update(settings: UserWriteSettings, at: StageContext): Promise<Outcome> {
  const user = await flowUser(at);
  if (user === null) return { type: 'denied', message: message('authenticator.no_account') };
  const data = at.context.prompt_data ?? {};
  const { username, email, errors } = loginNamesIn(data);
  if (errors !== null) return { type: 'invalid', errors };
  const { password_hash: hash } = at.context;
  // A session that was left open, or stolen, is not enough to change how its user signs in.
  const isSensitive = hash !== undefined || username !== null || email !== null;
  if (isSensitive && at.facts.user !== undefined && !hasRecentlyAuthenticated(at))
    return { type: 'denied', message: message('policy.recently_authenticated.not') };
  const before = email === null ? null : await at.services.profiles.find(user);
  const isOther = email !== null && email !== canonicalEmail(before?.email ?? '');
  // The gate is here: the stage that proves may have been skipped.
  if (settings.provedEmail === true && isOther && at.context.email_verified !== email) return unproved(at);
  if (hash !== undefined) await noteNewPassword(at, user);
  const sendPasswordNotice = hash === undefined ? null : await prepareNewPassword(at, user, hash);
  const sendAddressNotice = isOther && before !== null ? await prepareFormerAddress(at, before, email) : null;
  const updated = await at.services.accounts.update(user, {
    ...(username === null ? {} : { username }),
    ...(email === null ? {} : { email }),
    ...(at.context.email_verified === undefined ? {} : { proved: at.context.email_verified }),
    ...(getPath(data, 'name') === undefined ? {} : { name: textAt(data, 'name') }),
    ...(hash === undefined ? {} : { password: { hash, at: at.facts.now } }),
    data: mergeDeep(attributesIn(data, settings), await clearedIn(data, settings, { user, at })),
    relied: {
      ...(email === null ? {} : { address: canonicalEmail(before?.email ?? '') }),
      holds: () => isProvedByAll(at, user),
    },
    ...(email === null ? {} : { announcement: { flow: at.flow.slug, locale: at.facts.locale } }),
  });
  if (updated.type === 'invalid') return updated;
  if (updated.type === 'outdated') return { type: 'denied', message: message('notice.expired') };
  if (updated.type === 'gone') return { type: 'denied', message: message('authenticator.no_account') };
  if (updated.addressChanged) sendAddressNotice?.();
  sendPasswordNotice?.();
  return {
    type: 'completed',
    patch: { pending_user: user },
    remove: ['password_hash'],
    notice: message(hash === undefined ? 'notice.changes_saved' : 'notice.password_changed'),
    ...(hash === undefined ? {} : { endSessions: user }),
    ...(updated.addressChanged ? { endEvidence: user } : {}),
  };
}

function unproved({ services, flow, step }: StageContext): Outcome {
  services.log.warn(
    { flow: flow.slug, step },
    'nothing was written: the address is not the one that the flow has proved; a policy may have changed it since',
  );
  return { type: 'denied', message: message('stage.user_write.unproved') };
}

/** A source's address needs no proof of ours: the stage that would ask for one passes by itself. */
function isVouched({ context: { identity } }: StageContext, email: string | null): boolean {
  return email !== null && identity?.emailVerified === true && canonicalEmail(identity.email ?? '') === email;
}

function attributesIn(data: JsonObject, { attributes = [] }: UserWriteSettings): JsonObject {
  return attributes.reduce<JsonObject>((kept, key) => {
    const value = getPath(data, key);
    if (value === undefined || value === null) return kept;
    // Each key below it counts by itself: what was left blank is cleared where the account has it, and only there.
    const below = attributes.filter((one) => one.startsWith(`${key}.`)).map((one) => one.slice(key.length + 1));
    const own = isJsonObject(value) ? withoutDottedKeys(value, below) : value;
    return isJsonObject(own) && Object.keys(own).length === 0 ? kept : mergeDeep(kept, setPath(key, own));
  }, {});
}

/** What was left blank and the account has, as far as the user store tells. */
async function clearedIn(
  data: JsonObject,
  { attributes = [] }: UserWriteSettings,
  { user, at }: { readonly user: string; readonly at: StageContext },
): Promise<JsonObject> {
  const blank = attributes.filter((key) => getPath(data, key) === null);
  const present = blank.length === 0 ? null : await at.services.profiles.find(user);
  const has = (key: string): boolean => (getPath(present?.data ?? {}, key) ?? null) !== null;
  return blank.filter(has).reduce<JsonObject>((cleared, key) => mergeDeep(cleared, setPath(key, null)), {});
}
