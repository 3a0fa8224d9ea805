import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '#package-root';
import type { Message } from '../../../lib/base/message.js';
import { english } from '../../../lib/base/texts/english.js';

const ofAnswers = /^(?:authenticator|captcha|email|identification|invitation|password|plan|policy|prompt|source)\./;
const ids = Object.keys(english).filter((id) => ofAnswers.test(id));

/** The longest sentence that this language has about an answer, as an error. */
export function longestError(tag: string): Message {
  const texts: unknown =
    tag === 'en' ? english : JSON.parse(readFileSync(join(packageRoot, `languages/${tag}.json`), 'utf8'));
  const textOf = (id: string): string => {
    const text: unknown = typeof texts === 'object' && texts !== null ? Reflect.get(texts, id) : undefined;
    return typeof text === 'string' ? text : '';
  };
  const lengthOf = (id: string): number => textOf(id).replace(/\{\w+, plural,.*?\}\}/g, '12 minutes').length;
  const id = ids.toSorted((a, b) => lengthOf(b) - lengthOf(a))[0] ?? '';
  const values = [...textOf(id).matchAll(/\{(\w+)(, (?:plural|number))?[,}]/g)].map(
    ([, name = '', counted]) => [name, counted === undefined ? 'annabelle@example.com' : 12] as const,
  );
  return { id, values: Object.fromEntries(values) };
}
