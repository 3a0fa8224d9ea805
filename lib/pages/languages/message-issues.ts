import { didYouMean, misspelled } from '../../base/did-you-mean.js';
import { isLetterText, letterPlaces } from '../../base/mail-kinds.js';
import { isLanguageTag } from '../../base/language-tag.js';
import type { Message, Texts } from '../../base/message.js';
import { percentTextOf } from '../../base/percent-text.js';
import type { MessagesOption } from '../../base/texts/messages.js';
import { below, bindingPart, flowPart, issueAt, type FlowIssue, type FlowPart } from '../../flow/flow-issue.js';
import { brokenPlace, commonPlace, placesOf } from './catalogue.js';
import { icuProblem, isIcu } from './icu.js';
import { linkProblem } from '../../base/linked-text.js';
import { shippedTags } from './shipped-languages.js';

/**
 * Mistakes in the option `messages`. Otherwise only visitors would see them: as a name in braces, or not at all. An id
 * that no definition has is one of the app's own, of a template or of a flow that is not configured, unless it looks
 * like a misspelled one.
 */
export function messageIssues(messages: MessagesOption, texts: Texts): readonly string[] {
  const seen = new Map<string, string>();
  const known = ownAndKnown(messages, texts);
  return Object.entries(messages).flatMap(([id, given]: [string, unknown]) => {
    if (typeof given !== 'object' || given === null) return textIssues(id, id, given, texts, 'en');
    const twin = seen.get(id.toLowerCase());
    seen.set(id.toLowerCase(), id);
    const isTag = isLanguageTag(id);
    const short = isTag ? shorterTag(id) : null;
    return [
      ...(isTag ? [] : [`"messages.${id}": must be a language tag such as de or pt-BR`]),
      ...(short === null ? [] : [`"messages.${id}": browsers ask for this language as "${short}": write that`]),
      ...(twin === undefined ? [] : [`"messages.${id}": is the same language as "${twin}"`]),
      ...Object.entries(given).flatMap(([name, text]) =>
        textIssues(`messages.${id}.${name}`, name, text, known, isTag ? id : 'en'),
      ),
    ];
  });
}

/** `de` for `deu`: of a language with a code of two letters, no other is used (RFC 5646, 2.2.1). `null`: it is as it should be. */
function shorterTag(tag: string): string | null {
  const [canonical = tag] = Intl.getCanonicalLocales(tag);
  return /^[a-z]{3}(?:-|$)/i.test(tag) && /^[a-z]{2}(?:-|$)/i.test(canonical) ? canonical : null;
}

/** The default texts, and those of the app's own sentences beside the languages. */
function ownAndKnown(messages: MessagesOption, texts: Texts): Texts {
  const own = Object.entries(messages).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && isOwn(entry[0], texts),
  );
  return { ...Object.fromEntries(own), ...texts };
}

/**
 * Replaced texts that leave out a value of the default text: visitors then learn it nowhere. The brand's name is no such
 * value, and a field's label stands beside its error.
 */
export function leftOutValues(messages: MessagesOption, texts: Texts): readonly string[] {
  const leftOut = (path: string, id: string, text: string): readonly string[] => {
    const original = Object.hasOwn(texts, id) ? texts[id] : undefined;
    if (original === undefined) return [];
    const kept = [...placesOf(text), commonPlace, 'label'];
    const lost = [...new Set(placesOf(original))].filter((name) => !kept.includes(name));
    return lost.length === 0 ? [] : [`"${path}" leaves out ${lost.map((name) => `{${name}}`).join(', ')}`];
  };
  return Object.entries(messages).flatMap(([id, given]: [string, string | Texts]) =>
    typeof given === 'string'
      ? leftOut(`messages.${id}`, id, given)
      : Object.entries(given).flatMap(([name, text]) => leftOut(`messages.${id}.${name}`, name, text)),
  );
}

/**
 * The ids in languages of `messages` that have no default text: where a language lacks one, its id is shown. They may
 * belong to templates, to flows that are not configured, or be misspelled in more than a slip.
 */
export function idsWithoutDefault(messages: MessagesOption, texts: Texts): readonly string[] {
  const known = ownAndKnown(messages, texts);
  const given = Object.values(messages).flatMap((language: string | Texts) =>
    typeof language === 'string' ? [] : Object.keys(language),
  );
  return [...new Set(given)].filter((id) => !Object.hasOwn(known, id));
}

/**
 * Says of a template's sentence that there is none with this id, or which of its values is missing or misspelled; `null`:
 * nothing is wrong.
 */
export function sentenceCheck({
  texts,
  messages = {},
}: {
  readonly texts: Texts;
  readonly messages?: MessagesOption | undefined;
}): (id: string, values?: unknown) => string | null {
  const known: ReadonlyMap<string, string> = new Map(
    [
      ...Object.entries(messages).flatMap(([id, given]: [string, string | Texts]): readonly [string, string][] =>
        typeof given === 'string' ? [[id, given]] : Object.entries(given),
      ),
      ...Object.entries(texts),
    ].filter(([, text]) => typeof text === 'string'),
  );
  return (id, values) => {
    const text = known.get(id);
    if (text === undefined) return `locals.text: there is no sentence "${id}"${didYouMean(id, [...known.keys()])}`;
    const given = new Map<string, unknown>(typeof values === 'object' && values !== null ? Object.entries(values) : []);
    const wanted = placesOf(text).filter((name) => name !== commonPlace);
    const missing = wanted.find((name) => given.get(name) === undefined);
    if (missing === undefined) return null;
    const others = [...given.keys()].filter((name) => !wanted.includes(name));
    const meant = others.find((name) => misspelled(name, [missing]) !== null);
    return `locals.text: the sentence "${id}" is shown with {${missing}} in braces: ${
      meant === undefined ? `pass locals.text('${id}', { ${missing}: … })` : `did you mean "${missing}" by "${meant}"?`
    }`;
  };
}

interface PageTexts {
  readonly title: Message | null;
  readonly intro: Message | null;
  readonly submit: Message | null;
}

interface WordedFlow extends PageTexts {
  readonly slug: string;
  readonly bindings: readonly { readonly key: string; readonly stage: PageTexts }[];
  readonly insertable: ReadonlyMap<string, { readonly key: string; readonly stage: PageTexts }>;
}

/** Titles, intros and buttons whose braces are no value: visitors would read them as they are. */
export function flowWordingIssues(flows: readonly WordedFlow[]): readonly FlowIssue[] {
  return flows.flatMap((flow) => [
    ...wordingIssues(flowPart(flow), flow),
    ...[...new Set([...flow.bindings, ...flow.insertable.values()])].flatMap(({ key, stage }) =>
      wordingIssues(bindingPart(flow, key), stage),
    ),
  ]);
}

function wordingIssues(part: FlowPart, { title, intro, submit }: PageTexts): readonly FlowIssue[] {
  return Object.entries({ title, intro, submit }).flatMap(([name, given]) => {
    const text = given?.id === 'literal' ? given.values?.['text'] : undefined;
    if (given === null || typeof text !== 'string' || percentTextOf(given) !== null) return [];
    return Array.from(text.matchAll(/\{(\w+)\}/g), ([, place = '']) => place)
      .filter((place) => place !== commonPlace)
      .map((place) => {
        const sentence = `there is no {${place}} here, only {${commonPlace}}${didYouMean(place, [commonPlace])}`;
        return issueAt(below(part, name), sentence, { inFiles: `"${name}": ${sentence}` });
      });
  });
}

// As in 'club.footer': an id of the app's own has a part that says whose it is.
const ownId = /^[\w-]+(?:\.[\w-]+)+$/;

function isOwn(id: string, texts: Texts): boolean {
  return !Object.hasOwn(texts, id) && ownId.test(id) && misspelled(id, Object.keys(texts)) === null;
}

/** The language that an id has at its end or its beginning, as `form.submit.de`; `null`: none. */
function languageOf(id: string, texts: Texts): { readonly tag: string; readonly sentence: string } | null {
  for (const [, sentence = '', tag = ''] of [/^(.+)\.([\w-]+)$/.exec(id) ?? [], swapped(id)]) {
    if (
      Object.hasOwn(texts, sentence) &&
      [...shippedTags(), 'en'].some((one) => one.toLowerCase() === tag.toLowerCase())
    )
      return { tag, sentence };
  }
  return null;
}

function swapped(id: string): readonly string[] {
  const [whole, tag, sentence] = /^([\w-]+)\.(.+)$/.exec(id) ?? [];
  return whole === undefined || tag === undefined || sentence === undefined ? [] : [whole, sentence, tag];
}

function textIssues(path: string, id: string, text: unknown, texts: Texts, locale: string): readonly string[] {
  const original = Object.hasOwn(texts, id) ? texts[id] : undefined;
  const ofLanguage = original === undefined ? languageOf(id, texts) : null;
  if (ofLanguage !== null) {
    const { tag, sentence } = ofLanguage;
    return [`"${path}": texts of a language are in a record: write messages: { '${tag}': { '${sentence}': … } }`];
  }
  if (original === undefined && !isOwn(id, texts))
    return [`"${path}": there is no such sentence${didYouMean(id, Object.keys(texts))}`];
  if (typeof text !== 'string') return [`"${path}": must be a string`];
  const problem = isIcu(text) ? icuProblem(text, locale) : null;
  if (problem !== null) return [`"${path}": ${problem}`];
  if (original === undefined) return [];
  const wrongLink = linkProblem(text, original);
  if (wrongLink !== null) return [`"${path}": ${wrongLink}`];
  const isLetter = isLetterText(id);
  const offered = isLetter ? letterPlaces : placesOf(original);
  const broken = brokenPlace(text, [...offered, commonPlace]);
  if (broken !== null) return [`"${path}": write {${broken}} with one brace on each side and without blanks`];
  return (
    placesOf(text)
      .filter((name) => !offered.includes(name) && name !== commonPlace)
      // What a letter's sender adds may have any name, unless it looks like a misspelled one.
      .filter((name) => !isLetter || misspelled(name, [...offered, commonPlace]) !== null)
      .map(
        (name) =>
          `"${path}": there is no {${name}} here, only ${offered.map((other) => `{${other}}`).join(', ') || 'plain text'}`,
      )
  );
}

/** Languages that neither ship with the kit nor are in `messages`, and languages named twice. */
export function languageIssues(languages: readonly string[], messages: MessagesOption): readonly string[] {
  const known = [...shippedTags(), ...Object.keys(messages).filter((tag) => typeof messages[tag] === 'object')];
  const lower = languages.map((tag) => tag.toLowerCase());
  return languages.flatMap((tag, index) => {
    if (lower.indexOf(tag.toLowerCase()) < index) return [`"languages": "${tag}" is named twice`];
    if (known.some((one) => one.toLowerCase() === tag.toLowerCase())) return [];
    return [
      `"languages": there is no language "${tag}"${didYouMean(tag, known)}; these ship with the kit: ${shippedTags().join(', ')}; texts of another one belong into "messages"`,
    ];
  });
}
