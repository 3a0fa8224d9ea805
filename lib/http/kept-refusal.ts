import { isJsonObject, type Json } from '../base/json.js';
import type { Message } from '../base/message.js';
import { isTarget } from '../base/target.js';
import { refusal, refusalReasons, refusalStatuses, type RefusalReply } from '../executor/reply.js';
import type { Flow } from '../flow/flow.js';
import { isMessage } from '../flow/machine/stored-values.js';
import type { StageLink } from '../flow/stage.js';
import type { CookieJar } from './cookies/cookie-jar.js';
import { readValue, signValue } from './cookies/signed-value.js';
import type { Web } from './web.js';

/** Where a kept refusal is shown, below the mount. */
export const keptRefusalPath = '/flows/-/problem/';

/** A refusal, and the flow whose layout its page has. */
export interface RefusalPage {
  readonly reply: RefusalReply;
  readonly pageFlow: Flow | null;
}

const format = { purpose: 'problem', seconds: 600 } as const;

/** With its MAC and its name, the cookie stays below what browsers keep. */
const longest = 3000;

type Parts = Pick<Web, 'keyring' | 'clock' | 'flows'>;

/**
 * Keeps the page that answers a form, or the callback of a provider: its address cannot be opened once more, so its
 * language switch leads to another one. The cookie has what the page says. False where it is too long.
 */
export function keepRefusal({ keyring, clock }: Parts, jar: CookieJar, { reply, pageFlow }: RefusalPage): boolean {
  const { type: _type, flow, account: _account, ...kept } = reply;
  const json = JSON.stringify({ ...kept, flow: flow?.slug ?? null, pageFlow: pageFlow?.slug ?? null });
  const body = Buffer.from(json).toString('base64url');
  if (body.length > longest) return false;
  jar.set('problem', signValue(keyring, format, '', body, clock.now()).text, format.seconds);
  return true;
}

/** The page that this browser was shown last, for ten minutes. */
export function readRefusal({ keyring, clock, flows }: Parts, jar: CookieJar): RefusalPage | null {
  const signed = readValue(keyring, format, '', jar.read('problem'), clock.now());
  if (signed === null) return null;
  const kept: unknown = JSON.parse(Buffer.from(signed.body, 'base64url').toString('utf8'));
  if (!isJsonObject(kept)) return null;
  const { messages, links, next, reference, retryAfterSeconds } = kept;
  // Another version of the kit may have written it.
  const status = refusalStatuses.find((one) => one === kept['status']);
  if (status === undefined || !isListOf(messages, isShown) || !isListOf(links, isLink)) return null;
  const flowOf = (slug: Json | undefined): Flow | null => (typeof slug === 'string' ? (flows.get(slug) ?? null) : null);
  return {
    reply: refusal(status, messages, {
      flow: flowOf(kept['flow']),
      reason: refusalReasons.find((one) => one === kept['reason']) ?? null,
      reference: typeof reference === 'string' ? reference : null,
      retryAfterSeconds: typeof retryAfterSeconds === 'number' ? retryAfterSeconds : null,
      links,
      next: isTarget(next) ? next : null,
    }),
    pageFlow: flowOf(kept['pageFlow']),
  };
}

function isListOf<T>(value: unknown, isOne: (one: unknown) => one is T): value is readonly T[] {
  return Array.isArray(value) && value.every(isOne);
}

function isShown(value: unknown): value is Message {
  return isMessage(value);
}

function isLink(value: unknown): value is StageLink {
  if (!isJsonObject(value)) return false;
  const { to, label, source } = value;
  return isTarget(to) && isMessage(label) && (source === undefined || typeof source === 'string');
}
