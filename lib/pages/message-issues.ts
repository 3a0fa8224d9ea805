import { didYouMean } from '../base/did-you-mean.js';
import { isLanguageTag } from '../base/language-tag.js';
import type { Texts } from '../base/message.js';
import type { MessagesOption } from '../base/texts/messages.js';
import { placesOf } from './catalogue.js';

/** Mistakes in the option `messages`. Otherwise only visitors would see them: as a name in braces, or not at all. */
export function messageIssues(messages: MessagesOption, texts: Texts): readonly string[] {
  const seen = new Map<string, string>();
  return Object.entries(messages).flatMap(([id, given]: [string, unknown]) => {
    if (typeof given !== 'object' || given === null) return textIssues(id, id, given, texts);
    const twin = seen.get(id.toLowerCase());
    seen.set(id.toLowerCase(), id);
    return [
      ...(isLanguageTag(id) ? [] : [`"messages.${id}": must be a language tag such as de or pt-BR`]),
      ...(twin === undefined ? [] : [`"messages.${id}": is the same language as "${twin}"`]),
      ...Object.entries(given).flatMap(([name, text]) => textIssues(`messages.${id}.${name}`, name, text, texts)),
    ];
  });
}

function textIssues(path: string, id: string, text: unknown, texts: Texts): readonly string[] {
  const original = Object.hasOwn(texts, id) ? texts[id] : undefined;
  if (original === undefined) return [`"${path}": there is no such sentence${didYouMean(id, Object.keys(texts))}`];
  if (typeof text !== 'string') return [`"${path}": must be a string`];
  const offered = placesOf(original);
  return placesOf(text)
    .filter((name) => !offered.includes(name))
    .map(
      (name) =>
        `"${path}": there is no {${name}} here, only ${offered.map((other) => `{${other}}`).join(', ') || 'plain text'}`,
    );
}
