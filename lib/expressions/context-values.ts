import { isForbiddenKey, isSameJson, mergeDeep, setPath, type Json, type JsonObject } from '../base/json.js';
import { isSecret } from '../base/secret.js';
import { promptDataOf } from '../flow/prompt-data.js';
import type { Machine } from '../python/run/machine.js';
import type { DictEntry, PyDict, PyRecord, Value } from '../python/values/value.js';
import type { GeoLocation } from '../ports/geo-location.js';
import type { Asked } from './asked.js';
import { dictFrom, dictOfEntries, fromPython, toPython } from './json-values.js';
import { anonymousUser, userRecord } from './user-record.js';

/** The key of the plan's own context that expressions never see. */
const hidden = new Set(['password_hash', 'identity', 'prompt_data', 'pending_user']);

/** An answer that is read when the expression reads it; `before` is what it was then. */
interface LazyEntry extends DictEntry {
  readonly key: string;
  readonly before: () => Json | undefined;
}

interface PromptData {
  readonly dict: PyDict;
  /** The answers that the expression has changed, and not those that it only read. @throws LimitExceeded */
  changes(m: Machine): JsonObject;
}

/** A secret answer is noted as revealed once the expression reads it. */
export function promptData({ question, revealed, consumes }: Asked): PromptData {
  const { answers } = question;
  const codes = new Set(consumes.map((key) => answers[key]));
  const plain = (answer: (typeof answers)[string]): Json => {
    if (!isSecret(answer) && !(typeof answer === 'string' && codes.has(answer))) return answer ?? null;
    const text = isSecret(answer) ? answer.reveal() : answer;
    if (text !== '') revealed.add(text);
    return text;
  };
  const entries = promptDataOf(question, plain).map(([key, read]) => lazyEntry(key, () => read() ?? null));
  const dict = dictOfEntries(entries);
  return {
    dict,
    changes: (m) =>
      changesIn(
        m,
        dict,
        entries,
        Object.keys(answers).filter((key) => isSecret(answers[key])),
      ),
  };
}

function changesIn(m: Machine, dict: PyDict, entries: readonly LazyEntry[], secrets: readonly string[]): JsonObject {
  const known = new Map(entries.map((entry) => [entry.key, entry]));
  const changed = [...dict.entries.values()].flatMap((entry): [string, Json][] => {
    const { key } = entry;
    if (typeof key !== 'string' || isForbiddenKey(key) || secrets.includes(key)) return [];
    const lazy = known.get(key);
    if (lazy === entry && lazy.before() === undefined) return [];
    const now = fromPython(m, entry.value);
    return lazy?.before() !== undefined && isSameJson(lazy.before(), now) ? [] : [[key, now]];
  });
  // `attributes.team` is the same as `attributes` with `team` in it; the later one wins.
  return changed.reduce<JsonObject>((merged, [key, value]) => mergeDeep(merged, setPath(key, value)), {});
}

function lazyEntry(key: string, read: () => Json): LazyEntry {
  let before: Json | undefined;
  let value: Value | undefined;
  return {
    key,
    before: () => before,
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
export function contextDict(asked: Asked, data: PromptData, location: GeoLocation | null): PyDict {
  const { context, authenticated } = asked.question;
  const visible = Object.entries(context).filter(([key]) => !hidden.has(key));
  const pending = context.pending_user;
  const proved = authenticated ?? null;
  const dict = dictFrom([
    ...visible.map(([key, value]): [string, Value] => [key, toPython(value)]),
    ['prompt_data', data.dict],
    ...(pending === undefined || asked.account === null
      ? []
      : [['pending_user', userRecord(asked, asked.account, { hasBackend: proved?.user === pending })] as const]),
    ...(location === null ? [] : locationEntries(location)),
  ]);
  dict.entries.set('sflow_plan', { key: 'flow_plan', value: planRecord(dict) });
  return dict;
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

/** `request.user`: the account that the flow is about, else the signed-in user, else no one. */
export function requestUser(asked: Asked): PyRecord {
  const { account, question } = asked;
  if (account === null) return anonymousUser();
  return userRecord(asked, account, { hasBackend: (question.authenticated ?? null)?.user === account.id });
}
