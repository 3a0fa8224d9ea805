import type { Awaitable } from '../base/awaitable.js';
import { grantedPermissions } from '../base/granted-permissions.js';
import { digest128 } from '../base/ids.js';
import type { Json, JsonObject } from '../base/json.js';
import { message, messageJson, type Message } from '../base/message.js';
import { messageRule, secondsRule } from '../base/setting-rules.js';
import type { SettingRules } from '../base/settings.js';
import { defineStage } from '../flow/define-stage.js';
import type { StageContext } from '../flow/facts.js';
import { toMessage, type MessageLike } from '../flow/prompt.js';
import type { AskingStage, PromptField } from '../flow/stage.js';
import type { Consents } from '../ports/consents.js';

/** Something that a user allows. */
interface ConsentPermission {
  /** Stays the same when the text changes: stored consents have it. */
  readonly id: string;
  /** What it allows, e.g. `Read your calendar`. */
  readonly text: MessageLike;
}

interface ConsentApplication {
  readonly id: string;
  /** As the user knows it. */
  readonly name: string;
}

interface RequestingApplication extends ConsentApplication {
  readonly permissions?: readonly ConsentPermission[];
}

export interface ConsentSettings {
  /**
   * Who asks; a function for one of several, e.g. by `context.redirect`. It returns the permissions too; `null`: an
   * application that the app does not know, which is refused. Left out: the stage always asks, and stores nothing.
   */
  readonly application?: ConsentApplication | ((at: StageContext) => Awaitable<RequestingApplication | null>);
  /** Default none: the application learns who the user is. */
  readonly permissions?: readonly ConsentPermission[];
  /**
   * `expiring` (the default) asks again after `expireSeconds`, `permanent` only for new permissions, `always_require`
   * each time; its consents last five minutes, for the app's own check.
   */
  readonly mode?: 'always_require' | 'permanent' | 'expiring';
  /** Default 4 weeks. */
  readonly expireSeconds?: number;
}

const fourWeeks = 4 * 7 * 24 * 60 * 60;
/** Until the app has asked whether it was granted. */
const fiveMinutes = 5 * 60;

/** The rules of a consent's settings. */
export function consentRules(joi: Parameters<typeof messageRule>[0]): SettingRules<ConsentSettings> {
  const id = joi.string().max(200).required();
  const application = joi.object({ id, name: joi.string().max(200).required() });
  return {
    application: joi.alternatives().conditional(joi.function(), { then: joi.function(), otherwise: application }),
    permissions: joi
      .array()
      .items(joi.object({ id, text: messageRule(joi).required() }))
      .unique('id'),
    mode: joi.valid('always_require', 'permanent', 'expiring'),
    expireSeconds: secondsRule(joi),
  };
}

interface Permission {
  readonly id: string;
  readonly text: Message;
}

/** What this visitor is asked for now. */
interface ConsentRequest {
  readonly application: ConsentApplication | null;
  readonly permissions: readonly Permission[];
  /** Those that were allowed before; `null`: nothing was. */
  readonly granted: ReadonlySet<string> | null;
  /** Names all of it, and the user: what is allowed must be what the page showed. */
  readonly token: string;
}

type Challenge = {
  readonly application: string | null;
  readonly permissions: readonly JsonObject[];
  readonly additional_permissions: readonly JsonObject[];
  readonly token: string;
  readonly fields: readonly PromptField[];
  readonly user: string | null;
  readonly text: Json;
} & JsonObject;

const stage = defineStage<ConsentSettings, Challenge, { readonly token: string; readonly decline: boolean }>({
  kind: 'consent',
  settings: consentRules,
  component: 'ak-stage-consent',
  view: 'pages/permissions',
  fields: () => ['token', 'decline'],
  consumes: () => ['token', 'decline'],
  // A page that is shown again has its own.
  secretFields: () => ['token', 'decline'],
  submit: () => message('stage.consent.allow'),

  async satisfied(settings, at) {
    const { mode = 'expiring' } = settings;
    if (mode === 'always_require' || settings.application === undefined) return false;
    const request = await requestOf(settings, at);
    return request !== null && request.granted !== null && additionalOf(request).length === 0;
  },

  async challenge(settings, at) {
    const request = await requestOf(settings, at);
    const { facts, services } = at;
    const profile = facts.user === undefined ? null : await services.profiles.find(facts.user);
    const additional = request === null ? [] : additionalOf(request);
    const token = request?.token ?? '';
    return {
      application: request?.application?.name ?? null,
      permissions: (request?.permissions ?? []).map(jsonOf),
      additional_permissions: request?.granted === null ? [] : additional.map(jsonOf),
      token,
      user: profile?.username ?? profile?.email ?? null,
      text: messageJson(textOf(request)),
      fields: [hiddenField('token', token)],
    };
  },

  read: ({ token = '', decline = '' }) => ({ ok: true, value: { token, decline: decline !== '' } }),

  async respond({ token, decline }, settings, at) {
    const { user } = at.facts;
    if (user === undefined) return { type: 'denied', message: message('flow.signed_out') };
    if (decline) return { type: 'denied', message: message('stage.consent.declined') };
    const request = await requestOf(settings, at);
    if (request === null) return { type: 'denied', message: message('stage.consent.unknown') };
    if (token !== request.token) return { type: 'invalid', errors: { '': [message('stage.consent.changed')] } };
    const { mode = 'expiring', expireSeconds = fourWeeks } = settings;
    const { application, permissions } = request;
    if (application !== null) {
      const { now } = at.facts;
      const seconds = { permanent: null, expiring: expireSeconds, always_require: fiveMinutes }[mode];
      await storeOf(at).save({
        userId: user,
        application: application.id,
        permissions: permissions.map(({ id }) => id).toSorted(),
        grantedAt: now,
        expiresAt: seconds === null ? null : now + seconds * 1000,
      });
    }
    return { type: 'completed' };
  },
});

/**
 * Asks signed-in users whether an application may have permissions of their account. A consent is theirs alone: a user
 * who is only named in the plan cannot give one.
 * @throws ERR_ENROLLMENT_CONFIG for wrong settings
 */
export function consentStage(settings: Parameters<typeof stage>[0]): AskingStage {
  return stage({ title: message('stage.consent.title'), ...settings });
}

/** `null`: the app does not know the application. */
async function requestOf(settings: ConsentSettings, at: StageContext): Promise<ConsentRequest | null> {
  const asking = await askedBy(settings, at);
  if (asking === null) return null;
  const { application } = asking;
  const permissions = asking.permissions.map(({ id, text }) => ({ id, text: toMessage(text) }));
  const { user, now } = at.facts;
  const consents = application === null || user === undefined ? [] : await storeOf(at).list(user);
  return {
    application,
    permissions,
    granted: application === null ? null : grantedPermissions(consents, application.id, now),
    token: digest128(JSON.stringify([user ?? null, application, permissions])),
  };
}

interface Asking {
  readonly application: ConsentApplication | null;
  readonly permissions: readonly ConsentPermission[];
}

async function askedBy({ application, permissions = [] }: ConsentSettings, at: StageContext): Promise<Asking | null> {
  if (typeof application !== 'function') return { application: application ?? null, permissions };
  const found = await application(at);
  return found === null
    ? null
    : { application: { id: found.id, name: found.name }, permissions: found.permissions ?? [] };
}

function additionalOf({ permissions, granted }: ConsentRequest): readonly Permission[] {
  return permissions.filter(({ id }) => granted?.has(id) !== true);
}

function textOf(request: ConsentRequest | null): Message {
  if (request === null) return message('stage.consent.unknown');
  const { application, permissions, granted } = request;
  if (application === null)
    return message(permissions.length === 0 ? 'stage.consent.confirm_access' : 'stage.consent.confirm');
  const name = { application: application.name };
  if (permissions.length === 0) return message('stage.consent.asks_identity', name);
  return granted !== null && additionalOf(request).length > 0
    ? message('stage.consent.asks_more', name)
    : message('stage.consent.asks', name);
}

function storeOf({ services: { consents } }: StageContext): Consents {
  if (consents === undefined) throw new TypeError('a consent needs services.consents');
  return consents;
}

function jsonOf({ id, text }: Permission): JsonObject {
  return { id, name: messageJson(text) };
}

function hiddenField(key: string, value: string): PromptField {
  const none = { label: null, required: false, placeholder: null, order: 0, sub_text: null, choices: null };
  return { field_key: key, type: 'hidden', display: 'none', input: 'hidden', initial_value: value, ...none };
}
