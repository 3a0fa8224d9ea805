import { nestedRecord, withoutDottedKeys } from '../base/dotted-keys.js';
import { getPath, isJsonList, isJsonObject, type Json } from '../base/json.js';
import { isSecret } from '../base/secret.js';
import type { Machine } from '../python/run/machine.js';
import type { AnswerChanges } from './answer-changes.js';
import { concealed, type Asked } from './asked.js';
import { fixedAnswers } from './fixed-answers.js';
import { otherTexts, type OtherTexts } from './other-texts.js';
import type { FoundSecret } from './revealed-secrets.js';

/**
 * Refuses what an expression leaves with a copy of a password or a code in it: its visitor chose what was typed, and would
 * choose what the expression sets, if that was only left out.
 * @throws RefusedCopy, also where the search does not come to its end
 * @throws LimitExceeded
 */
export function refuseCopies(asked: Asked, m: Machine, { changed }: AnswerChanges): void {
  const { revealed } = asked;
  if (revealed.passes === 0) return;
  // The next policy of the form sees a code as this one has changed it; the plan does not.
  const codes = (asked.question.consumed ?? []).filter((key) => getPath(changed, key) !== undefined);
  const others = otherAnswers(asked);
  const isKnown = knownKeys(asked);
  const refuse = (found: FoundSecret | null, path: string): void => {
    if (found !== null) throw new RefusedCopy(found, concealed(asked, path));
  };
  const search = (text: string, path: string): void => {
    m.visit(text.length * (1 + revealed.passes));
    refuse(revealed.findIn(text, others), path);
  };
  const visit = (value: Json, path: string): void => {
    m.step();
    if (typeof value === 'string') search(value, path);
    else if (typeof value === 'number') refuse(revealed.findNumber(value, others), path);
    else if (isJsonList(value)) for (const one of value) visit(one, path);
    else if (isJsonObject(value))
      for (const [key, one = null] of Object.entries(value)) {
        const inner = path === '' ? key : `${path}.${key}`;
        if (!isKnown(inner)) search(key, inner);
        visit(one, inner);
      }
  };
  visit(withoutDottedKeys(changed, codes), '');
}

/** Quotes nothing that was typed. */
export class RefusedCopy extends Error {
  override readonly name = 'RefusedCopy';

  constructor(found: FoundSecret, key: string) {
    super(
      found === 'unknown'
        ? `what the expression sets in prompt_data (${key}) could not be searched to its end for passwords and codes`
        : `what the expression sets in prompt_data (${key}) has a ${found} in it`,
    );
  }
}

/** The keys of the form and of earlier answers are no copies, whatever was typed. */
function knownKeys({ question: { answers, blanks = {}, context } }: Asked): (path: string) => boolean {
  const asked = nestedRecord([...Object.keys(answers), ...Object.keys(blanks)].map((key) => [key, true]));
  return (path) => getPath(asked, path) !== undefined || getPath(context.prompt_data ?? {}, path) !== undefined;
}

/**
 * The answers that are no secrets, and what an invitation sets: who chose the username as the password has it in an
 * address made of the username, and no copy of the password.
 */
function otherAnswers(asked: Asked): OtherTexts {
  const { answers, context } = asked.question;
  const isOther = (key: string): boolean => !asked.consumes.includes(key) && !asked.revealed.has(key);
  return otherTexts(() => {
    const others = Object.entries(answers).filter(([key]) => isOther(key));
    const earlier = withoutDottedKeys(context.prompt_data ?? {}, asked.consumes);
    return [...others.map(([, answer]) => answer), earlier, fixedAnswers(asked)].flatMap((one) =>
      isSecret(one) ? [] : textsIn(one ?? null),
    );
  });
}

function textsIn(value: Json): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  if (isJsonList(value)) return value.flatMap(textsIn);
  return isJsonObject(value) ? Object.values(value).flatMap((one) => textsIn(one ?? null)) : [];
}
