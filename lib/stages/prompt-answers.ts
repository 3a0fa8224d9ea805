import { all, chain, type Awaitable } from '../base/awaitable.js';
import type { Json } from '../base/json.js';
import { message, type Message } from '../base/message.js';
import type { Secret } from '../base/secret.js';
import { htmlOf } from '../base/trusted-html.js';
import { choicesOf } from '../flow/choices.js';
import type { StageContext } from '../flow/facts.js';
import type { Prompt } from '../flow/prompt.js';
import type { FileAnswer } from '../ports/uploads.js';
import { enforcedAnswer, enforcedData } from './enforced-answers.js';
import { isServers } from './asked-prompts.js';
import { keptFile, settledValue } from './prompt-values.js';

/** One answer; `null`: none. */
export type ReadOne = { readonly value: Json | Secret | null } | { readonly error: Message };

/** What a form sent. */
interface PostedAnswers {
  readonly input: Readonly<Record<string, string>>;
  readonly lists: Readonly<Record<string, readonly string[]>>;
  readonly files: Readonly<Record<string, FileAnswer>>;
}

/** Nothing but blanks and invisible marks. */
const unseen = /^[\s\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]*$/u;

/** The answers of all prompts, in their order. */
export function readAnswers(
  prompts: readonly Prompt[],
  posted: PostedAnswers,
  at: StageContext,
): Awaitable<readonly ReadOne[]> {
  return chain(enforcedData(at), (enforced) =>
    all(prompts, (prompt): Awaitable<ReadOne> => {
      const value = enforcedAnswer(prompt, enforced);
      return value === undefined ? readOne(prompt, posted, at) : { value };
    }),
  );
}

/** The answer of one prompt: from the server, or as the visitor sent it. */
function readOne(prompt: Prompt, posted: PostedAnswers, at: StageContext): Awaitable<ReadOne> {
  const { key, kind } = prompt;
  if (!kind.asked) return isServers(prompt) ? readGiven(prompt, at) : { value: null };
  const settled = settledValue(prompt, at);
  if (settled !== null) return readTexts(prompt, [settled], at);
  if (kind.file !== undefined) return readFile(prompt, posted.files[key], at);
  const isBlank = (text: string): boolean => (kind.concealed ? text === '' : unseen.test(text));
  const typed = kind.list === true ? [...new Set(posted.lists[key] ?? [])] : [posted.input[key] ?? ''];
  const [first, ...others] = typed.filter((text) => !isBlank(text));
  if (first === undefined) return leftBlank(prompt, kind.absent ?? null, at);
  if (kind.choices === undefined) return readTexts(prompt, [first, ...others], at);
  return chain(choicesOf(key, kind.choices, at), (choices): Awaitable<ReadOne> => {
    const offered = choices?.map(({ value }) => value) ?? [];
    if (![first, ...others].every((text) => offered.includes(text))) return { error: message('prompt.choice.unknown') };
    return readTexts(prompt, [first, ...others], at);
  });
}

function readTexts(
  prompt: Prompt,
  [first, ...others]: readonly [string, ...string[]],
  at: StageContext,
): Awaitable<ReadOne> {
  const { kind } = prompt;
  return kind.list === true ? kind.read([first, ...others], prompt, at) : kind.read(first, prompt, at);
}

/** Required means that something must be answered, whatever the page proposed. */
function leftBlank(prompt: Prompt, absent: Json, at: StageContext): Awaitable<ReadOne> {
  return chain(prompt.required(at), (required) => (required ? { error: prompt.blank } : { value: absent }));
}

/** The server's own value: a text as the kind reads it, anything else as it is. */
function readGiven(prompt: Prompt, at: StageContext): Awaitable<ReadOne> {
  return chain(prompt.initial(at), (given): Awaitable<ReadOne> => {
    const text = given === undefined || given === null ? '' : (htmlOf(given) ?? given);
    return typeof text === 'string'
      ? readTexts(prompt, [text], at)
      : { value: JSON.parse(JSON.stringify(text)) as Json };
  });
}

/** A form without a file keeps the one that an earlier form of this plan stored. */
function readFile(prompt: Prompt, file: FileAnswer | undefined, at: StageContext): Awaitable<ReadOne> {
  if (file?.type === 'stored') return { value: file.value };
  if (file?.type === 'refused') return { error: file.error };
  const kept = keptFile(prompt, at);
  return kept === undefined ? leftBlank(prompt, null, at) : { value: kept };
}
