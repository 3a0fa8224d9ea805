import { isJsonObject } from '../base/json.js';
import type { Keyring } from '../base/keyring.js';
import { mailKinds } from '../base/mail-kinds.js';
import { sealValue, unsealValue } from '../base/sealed-value.js';
import type { CodeAsker, CodeBinding } from '../ports/mail-queue.js';
import type { Letter, MailContent } from '../ports/mailer.js';

/** What a stored mail is drawn from and sent to. */
interface SealedMail {
  readonly to: string;
  readonly content: MailContent;
  readonly binding: CodeBinding | null;
}

const format = { purpose: 'mail-content', seconds: null } as const;

/** Encrypts a mail for the outbox: addresses, links and codes are not readable in the store. */
export function sealMail(keyring: Keyring, mail: SealedMail, now: number): Promise<string> {
  return sealValue(keyring, format, { mail: JSON.stringify(mail) }, now);
}

/** `null` for a mail that none of the secrets sealed, or of an unknown shape. */
export async function unsealMail(keyring: Keyring, sealed: unknown, now: number): Promise<SealedMail | null> {
  if (typeof sealed !== 'string') return null;
  const opened = await unsealValue(keyring, format, sealed, now);
  const text = opened?.['mail'];
  const mail: unknown = typeof text === 'string' ? JSON.parse(text) : null;
  if (!isJsonObject(mail)) return null;
  const { to, content, binding = null } = mail;
  if (typeof to !== 'string' || !isMailContent(content)) return null;
  return binding === null || isBinding(binding) ? { to, content, binding } : null;
}

function isBinding(value: unknown): value is CodeBinding {
  if (!isJsonObject(value)) return false;
  const { link, user, password, asker } = value;
  return isText(link) && isTextOrNull(user) && isTextOrNull(password) && (asker === null || isAsker(asker));
}

function isAsker(value: unknown): value is CodeAsker {
  if (!isJsonObject(value)) return false;
  const { user, epoch, session } = value;
  return isText(user) && (epoch === null || isNumber(epoch)) && isTextOrNull(session);
}

function isMailContent(value: unknown): value is MailContent {
  if (!isJsonObject(value)) return false;
  const { kind, locale, flow, signInUrl, provider, hasEarlierLink, code, letter } = value;
  return (
    mailKinds.some((one) => one === kind) &&
    [locale, flow, signInUrl].every(isText) &&
    (provider === undefined || isText(provider)) &&
    (hasEarlierLink === undefined || typeof hasEarlierLink === 'boolean') &&
    (code === null ||
      (isJsonObject(code) && isText(code['code']) && isText(code['url']) && isNumber(code['minutes']))) &&
    (letter === null || isLetter(letter))
  );
}

function isLetter(value: unknown): value is Letter {
  if (!isJsonObject(value)) return false;
  const { url, zone, values, expiresAt } = value;
  return (
    isText(url) &&
    isText(zone) &&
    ['code', 'app', 'inviter', 'renewUrl'].every((name) => value[name] === null || isText(value[name])) &&
    (expiresAt === null || isNumber(expiresAt)) &&
    isJsonObject(values) &&
    Object.values(values).every(isText)
  );
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isTextOrNull = (value: unknown): value is string | null => value === null || isText(value);
const isNumber = (value: unknown): value is number => typeof value === 'number';
