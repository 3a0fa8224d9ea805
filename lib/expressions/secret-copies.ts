import { nestedRecord, withoutDottedKeys } from '../base/dotted-keys.js';
import { finderOf } from '../base/find-text.js';
import { getPath, isJsonList, isJsonObject, mergeDeep, type Json } from '../base/json.js';
import { isSecret } from '../base/secret.js';
import type { Machine } from '../python/run/machine.js';
import type { AnswerChanges } from './answer-changes.js';
import { concealed, type Asked } from './asked.js';
import { fixedAnswers } from './fixed-answers.js';
import type { FoundSecret } from './revealed-secrets.js';
import { longEnough } from './secret-search.js';

type Changes = Pick<AnswerChanges, 'changed' | 'removed'>;

/**
 * What an expression leaves, without the codes that it copied. In place of a copy there is no other value either: an
 * answer that the expression replaced does not return.
 * @throws RefusedCopy for that of a password: its visitor chose it, and would choose what the expression may set. Also
 *   where the search does not come to its end.
 * @throws LimitExceeded
 */
export function withoutCopies(asked: Asked, m: Machine, { changed, removed }: Changes): Changes {
  if (asked.revealed.passes === 0) return { changed, removed };
  // The next policy of the form sees a code as this one has changed it; the plan does not.
  const codes = (asked.question.consumed ?? []).filter((key) => getPath(changed, key) !== undefined);
  const search = copySearch(asked, m);
  const others = search.without(withoutDottedKeys(changed, codes), '');
  if (search.gone.length === 0) return { changed, removed };
  asked.question.services.log.warn(
    { policy: asked.policy },
    'an expression copied a code into prompt_data: the copy is left out, and so is the answer that it replaced',
  );
  const kept = mergeDeep(
    isJsonObject(others) ? others : {},
    nestedRecord(codes.map((key) => [key, getPath(changed, key) ?? null])),
  );
  const isKept = (key: string): boolean => asked.consumes.some((code) => code === key || code.startsWith(`${key}.`));
  return { changed: kept, removed: [...removed, ...search.gone.filter((key) => !isKept(key))] };
}

/** Quotes nothing that was typed. */
export class RefusedCopy extends Error {
  override readonly name = 'RefusedCopy';

  constructor(found: FoundSecret, key: string) {
    super(
      found === 'unknown'
        ? `what the expression sets in prompt_data (${key}) could not be searched to its end for passwords and codes`
        : `what the expression sets in prompt_data (${key}) has a password in it`,
    );
  }
}

interface CopySearch {
  /** The dotted keys of the copies. */
  readonly gone: readonly string[];
  /** The value without copies: a member of a record is left out, a list as a whole. `undefined`: nothing is left. */
  without(value: Json, path: string): Json | undefined;
}

function copySearch(asked: Asked, m: Machine): CopySearch {
  const { revealed } = asked;
  const isElsewhere = otherAnswers(asked, m);
  const gone: string[] = [];
  const isCopy = (found: FoundSecret | null, path: string): boolean => {
    if (found === null) return false;
    if (found === 'code') return true;
    throw new RefusedCopy(found, concealed(asked, path));
  };
  const isIn = (text: string, path: string): boolean => {
    m.visit(text.length * (1 + revealed.passes));
    return isCopy(revealed.findIn(text, isElsewhere), path);
  };
  // What has no copy in it is itself.
  const kept = (one: Json, path: string): Json | undefined => {
    m.step();
    if (typeof one === 'string') return isIn(one, path) ? undefined : one;
    if (typeof one === 'number') return isCopy(revealed.findNumber(one, isElsewhere), path) ? undefined : one;
    if (isJsonList(one)) return one.every((item) => kept(item, path) === item) ? one : undefined;
    if (!isJsonObject(one)) return one;
    const members = Object.entries(one).map(([key, value = null]) => {
      const inner = path === '' ? key : `${path}.${key}`;
      const left = isIn(key, inner) ? undefined : kept(value, inner);
      if (left === undefined) gone.push(inner);
      return [key, value, left] as const;
    });
    if (members.every(([, value, left]) => value === left)) return one;
    return Object.fromEntries(members.flatMap(([key, , left]) => (left === undefined ? [] : [[key, left]])));
  };
  return { gone, without: kept };
}

/**
 * Whether a secret stands in an answer that is none, or in what an invitation sets: who chose the username as the
 * password has it in an address made of the username, and no copy of the password.
 */
function otherAnswers(asked: Asked, m: Machine): (secret: string) => boolean {
  const { answers, context } = asked.question;
  const isOther = (key: string): boolean => !asked.consumes.includes(key) && !asked.revealed.has(key);
  const others = Object.entries(answers).filter(([key]) => isOther(key));
  const earlier = withoutDottedKeys(context.prompt_data ?? {}, asked.consumes);
  const texts = [...others.map(([, answer]) => answer), earlier, fixedAnswers(asked)]
    .flatMap((one) => (isSecret(one) ? [] : textsIn(one ?? null)))
    .map(plain);
  return (secret) => {
    const wanted = plain(secret);
    // A shorter one may stand there by chance.
    const find = wanted.length < longEnough ? null : finderOf(wanted);
    return texts.some((text) => {
      m.visit(text.length);
      return text === wanted || (find !== null && find(text).length > 0);
    });
  };
}

/** A name is written in small letters, whatever was typed. */
const plain = (text: string): string => text.trim().toLowerCase();

function textsIn(value: Json): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  if (isJsonList(value)) return value.flatMap(textsIn);
  return isJsonObject(value) ? Object.values(value).flatMap((one) => textsIn(one ?? null)) : [];
}
