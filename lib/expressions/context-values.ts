import { isJsonList, mergeDeep, type Json, type JsonObject } from '../base/json.js';
import { isSecret } from '../base/secret.js';
import { promptDataOf } from '../flow/prompt-data.js';
import type { Machine } from '../python/run/machine.js';
import type { PyDict, PyRecord, Value } from '../python/values/value.js';
import type { GeoLocation } from '../ports/geo-location.js';
import { changesIn, type AnswerChanges, type LazyEntry } from './answer-changes.js';
import type { Asked } from './asked.js';
import { fixedAnswers } from './fixed-answers.js';
import { dictFrom, dictOfEntries, toPython } from './json-values.js';
import { identifiedName } from '../policies/account-of.js';
import { hasBackend, planFacts } from './plan-facts.js';
import type { RevealedSecrets } from './revealed-secrets.js';
import { anonymousUser, unknownUser, userRecord } from './user-record.js';

/** The key of the plan's own context that expressions never see. */
const hidden = new Set(['password_hash', 'identity', 'prompt_data', 'pending_user']);

interface PromptData {
  readonly dict: PyDict;
  /** `now`: what `context["prompt_data"]` is at the end. @throws LimitExceeded */
  changes(m: Machine, now: PyDict): AnswerChanges;
}

/** A secret answer is noted as revealed once the expression reads it. */
export function promptData(asked: Asked): PromptData {
  const { question, revealed, consumes } = asked;
  const { answers } = question;
  const revealing = (answer: Answer, key: string): Json => {
    const value = plain(answer);
    reveal(revealed, [key, answer], consumes.includes(key));
    return value;
  };
  const invited = fixedAnswers(asked);
  const readers = withInvited(promptDataOf(question, revealing, { blankTexts: true }), invited);
  // To compare with, without a reading that counts.
  const originals = new Map(withInvited(promptDataOf(question, plain, { blankTexts: true }), invited));
  const entries = readers.map(([key, read]) =>
    lazyEntry(key, { read: () => read() ?? null, peek: () => originals.get(key)?.() ?? null }),
  );
  const dict = dictOfEntries(entries);
  return {
    dict,
    changes(m, now) {
      const answered = Object.keys(answers);
      const hasSecret = (path: string): boolean =>
        answered.some((key) => (key === path || key.startsWith(`${path}.`)) && isSecret(answers[key]));
      return changesIn(m, now, entries, { hasSecret, answered, consumes, consumed: question.consumed ?? [] });
    },
  };
}

/** All passwords and codes of the form count as read. */
export function revealAnswers({ question: { answers }, revealed, consumes }: Asked, more: readonly string[]): void {
  for (const [key, answer] of Object.entries(answers))
    reveal(revealed, [key, answer], consumes.includes(key) || more.includes(key));
}

function reveal(
  revealed: RevealedSecrets,
  [key, answer]: readonly [key: string, answer: Answer],
  isConsumed: boolean,
): void {
  const kind = isSecret(answer) ? 'password' : isConsumed ? 'code' : null;
  if (kind !== null) for (const text of textsIn(plain(answer))) revealed.add(text, kind, key);
}

type Readers = ReturnType<typeof promptDataOf>;

/** What the invitation sets is written over the answers, so expressions see it in their place. */
function withInvited(readers: Readers, invited: JsonObject): Readers {
  const answered = new Map(readers);
  const merged = Object.entries(invited).map(([key, value]): Readers[number] => [
    key,
    () => mergeDeep({ [key]: answered.get(key)?.() ?? null }, { [key]: value })[key],
  ]);
  return [...new Map([...readers, ...merged])];
}

type Answer = Asked['question']['answers'][string];

function plain(answer: Answer): Json {
  return (isSecret(answer) ? answer.reveal() : answer) ?? null;
}

/** What a code looks like in a text. Yes and no tell nothing. */
function textsIn(value: Json): readonly string[] {
  if (isJsonList(value)) return value.flatMap(textsIn);
  const text = typeof value === 'number' || typeof value === 'string' ? String(value) : '';
  return text === '' ? [] : [text];
}

function lazyEntry(key: string, { read, peek }: { readonly read: () => Json; readonly peek: () => Json }): LazyEntry {
  let before: Json | undefined;
  let value: Value | undefined;
  return {
    key,
    isUntouched: () => value === undefined,
    before: () => before ?? peek(),
    get value() {
      if (value === undefined) {
        before = read();
        value = toPython(before);
      }
      return value;
    },
    set value(given) {
      value = given;
    },
  };
}

/** The plan's context, with authentik's keys. */
export function contextDict(
  asked: Asked,
  {
    data,
    user,
    location,
  }: { readonly data: PromptData; readonly user: PyRecord; readonly location: GeoLocation | null },
): PyDict {
  const { context } = asked.question;
  const isProved = context.pending_user !== undefined;
  const visible = Object.entries(context).filter(([key]) => !hidden.has(key) && (key !== 'auth_method' || isProved));
  const isAboutUser = isProved || identifiedName(asked.question) !== null;
  const dict = dictFrom([
    ...visible.map(([key, value]): [string, Value] => [key, toPython(value)]),
    ['prompt_data', data.dict],
    ...planFacts(asked.question, isRestored(asked)),
    ...(isAboutUser && user.className === 'User' ? [['pending_user', user] as const] : []),
    ...(location === null ? [] : locationEntries(location)),
  ]);
  dict.entries.set('sflow_plan', { key: 'flow_plan', value: planRecord(dict) });
  return dict;
}

/**
 * In authentik a plan goes on behind its mail only by the link, which restores it. Here it goes on where it was, by the
 * link or the code: the stages behind the mail are those of a restored plan.
 */
function isRestored({ question: { context, flow, step } }: Asked): boolean {
  if (context.is_restored === true) return true;
  if (context.email_verified === undefined) return false;
  const at = flow.bindings.findIndex(({ key }) => key === step);
  return flow.bindings.slice(0, Math.max(at, 0)).some(({ stage }) => stage.kind === 'email');
}

function planRecord(context: PyDict): PyRecord {
  return {
    type: 'record',
    className: 'FlowPlan',
    attributes: new Map<string, Value>([['context', context]]),
    text: 'FlowPlan',
  };
}

function locationEntries({
  continent,
  country,
  city,
  latitude,
  longitude,
  asn,
}: GeoLocation): readonly (readonly [string, Value])[] {
  const geoip = {
    continent: continent ?? '',
    country: country ?? '',
    city: city ?? '',
    lat: latitude ?? null,
    long: longitude ?? null,
  };
  return [['geoip', toPython(geoip)], ...(asn === undefined ? [] : [['asn', toPython({ asn })] as const])];
}

/**
 * `request.user`: the account that the flow is about, else the signed-in user, else no one. A name that no account has is
 * a user who was never saved, as in authentik, so that expressions fail for it no more than for others.
 */
export function requestUser(asked: Asked): PyRecord {
  const { account, question } = asked;
  const typed = identifiedName(question);
  if (account === null) return typed === null ? anonymousUser() : unknownUser(typed);
  return userRecord(asked, account, { hasBackend: hasBackend(question) });
}
