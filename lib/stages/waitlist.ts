import { getPath, mergeDeep, setPath, type Json, type JsonObject } from '../base/json.js';
import { message, type Message } from '../base/message.js';
import { limitRule, namesRule, messageRule } from '../base/setting-rules.js';
import { toMessage, type MessageLike } from '../flow/prompt.js';
import type { PageWording } from '../flow/page-wording.js';
import { defineSilentStage, defineStage } from '../flow/define-stage.js';
import { type AskingStage } from '../flow/stage.js';
import type { AskLimit } from '../ports/waitlist-store.js';

export interface AskForInvitationSettings {
  /** Prompt keys that are stored in addition to the address; others are dropped. */
  readonly answers?: readonly string[];
  /** Whose waitlist it is, where an app has several tenants; default: of an app without tenants. */
  readonly tenant?: string;
  /** How many requests may name one address; default 5 in an hour. Above it nothing is written. */
  readonly perAddress?: AskLimit;
}

/** Of the answers as JSON, in bytes. */
const mostBytes = 4096;
const defaultPerAddress: AskLimit = Object.freeze({ points: 5, windowSeconds: 3600 });

/**
 * Adds the address in `email` to the waitlist. It passes alike for an address that is new, on the list, invited or a
 * member's, and the answers are removed from the plan.
 */
export const askForInvitation = defineSilentStage<AskForInvitationSettings, 'prompt_data'>({
  kind: 'ask_for_invitation',
  settings: (joi) => ({ answers: namesRule(joi), tenant: joi.string(), perAddress: limitRule(joi) }),
  hasSideEffects: true,
  joinsWaitlist: true,
  needs: ['prompt_data'],
  writes: ['prompt_data'],
  consumes: (settings) => ['email', ...(settings.answers ?? [])],
  async run({ answers: keys = [], tenant = null, perAddress = defaultPerAddress }, { context, facts, services }) {
    const data = context.prompt_data ?? {};
    const email = getPath(data, 'email');
    const { waitlist } = services;
    if (typeof email !== 'string' || waitlist === undefined)
      return { type: 'denied', message: message('stage.ask_for_invitation.no_address') };
    const answers = keys.reduce<JsonObject>((kept, key) => {
      const value = getPath(data, key);
      return value === undefined || value === null ? kept : mergeDeep(kept, setPath(key, value));
    }, {});
    if (bytesOf(answers) > mostBytes) {
      const longest = [...keys].sort((a, b) => bytesOf(getPath(data, b)) - bytesOf(getPath(data, a)))[0] ?? '';
      return { type: 'invalid', errors: { [longest]: [message('stage.ask_for_invitation.too_long')] } };
    }
    await waitlist.ask({ email, answers, tenant, locale: facts.locale, perAddress });
    return { type: 'completed', remove: ['prompt_data'] };
  },
});

function bytesOf(value: Json | undefined): number {
  return value === undefined ? 0 : Buffer.byteLength(JSON.stringify(value));
}

interface WaitlistJoinedSettings {
  /** The page's text. */
  readonly text?: MessageLike;
}

const page = defineStage<WaitlistJoinedSettings, { readonly text: JsonObject }, Record<string, never>>({
  kind: 'waitlist_joined',
  settings: (joi) => ({ text: messageRule(joi) }),
  component: 'ak-stage-noted',
  view: 'pages/noted',
  pageOnly: true,
  fields: () => [],
  challenge: (settings) => Promise.resolve({ text: asJson(settings.text) }),
  read: () => Promise.resolve({ ok: true, value: {} }),
  respond: () => Promise.resolve({ type: 'completed' }),
});

/** A page that shows a message; its button continues. */
export function waitlistJoined(
  settings: WaitlistJoinedSettings & PageWording & { readonly name: string },
): AskingStage {
  return page(settings);
}

function asJson(wording: MessageLike | undefined): JsonObject {
  const { id, values }: Message = wording === undefined ? message('stage.noted.text') : toMessage(wording);
  return { id, values: { ...values } };
}
