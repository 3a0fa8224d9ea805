import { directionOf } from '../base/language-tag.js';
import { displayText } from '../base/display-text.js';
import { isLetterKind } from '../base/mail-kinds.js';
import { mailedName } from '../base/mailed-name.js';
import { message, type Message, type Texts } from '../base/message.js';
import type { MessagesOption } from '../base/texts/messages.js';
import type { DrawMail, Letter, MailContent } from '../ports/mailer.js';
import { instantText } from './instant-text.js';
import { letterWords } from './letter-words.js';
import { mailWords, type MailWords } from './mail-words.js';
import { createLanguages } from './languages/languages.js';
import { createLetterTexts } from './languages/letter-texts.js';
import type { ClassNames } from './views/class-names.js';
import { viewFolders, type ViewsOption } from './views/folders.js';
import { readViews } from './views/view-files.js';
import { findIn, settledViews, tracedViews, type Views } from './views/views.js';
import type { ViewPlace } from './views/view-names.js';

interface MailsOptions {
  readonly views?: ViewsOption | undefined;
  readonly classes?: ClassNames | undefined;
  readonly texts: Texts;
  readonly messages?: MessagesOption | undefined;
  readonly languages?: readonly string[] | null | undefined;
  readonly defaultLocale?: string | undefined;
  readonly brandName: string;
  /** The names that the app's options give to apps: they may be the names of hosts. */
  readonly appNames?: readonly string[] | undefined;
  /** False: the app's templates are read again for each mail. */
  readonly cache: boolean;
  readonly missing?: ((id: string) => void) | undefined;
}

/** A sentence with a link after it. */
interface SaidLink {
  readonly text: string;
  readonly href: string;
  readonly label: string;
}

/** The `locals` of mail templates. Closed: nothing that a visitor typed is among them. */
interface MailModel {
  readonly lang: string;
  readonly dir: 'ltr' | 'rtl';
  readonly brand: { readonly name: string };
  readonly mail: {
    readonly kind: MailContent['kind'];
    readonly subject: string;
    /** The first line of a letter; `null` in other mails. */
    readonly greeting: string | null;
    /** Paragraphs before the code. */
    readonly lines: readonly string[];
    /** As people type it; `null` in mails without one. */
    readonly code: string | null;
    /** `fallback` says to open the address by hand; HTML mails print it below the button, with the address. */
    readonly link: { readonly href: string; readonly label: string; readonly fallback: string } | null;
    /** Where another link is requested; `null` in mails whose link is not replaced. */
    readonly renew: SaidLink | null;
    /** Where further letters are stopped; `null` in mails that were asked for, or are about an account. */
    readonly stop: SaidLink | null;
    /** Paragraphs at the end. */
    readonly notes: readonly string[];
  };
  readonly text: (sentence: string | Message, values?: Message['values']) => string;
  readonly include: (name: string, more?: object) => string;
}

/** Longer subjects are cut by many mail programs. */
const longestSubject = 150;

/** Draws mails from `mail/html/<kind>` and `mail/text/<kind>`, which an app can replace as it replaces pages. */
export function createMails(options: MailsOptions): DrawMail {
  const viewsNow = readViews(viewFolders(options.views), { changing: !options.cache, classes: options.classes });
  const { standard, standardTag, catalogues, find } = createLanguages(options);
  const letterText = createLetterTexts(options);
  const settled = options.cache ? settledViews(viewsNow()) : null;
  const viewsAt = (place: ViewPlace): Views =>
    settled?.(place) ?? tracedViews(findIn(viewsNow(), place), new Map(), { fault: null }, viewsNow().kits);

  return (content, to, { unsubscribeUrl = null } = {}) => {
    const lang = find(content.locale) ?? standardTag;
    const { text } = catalogues.get(lang) ?? standard;
    const views = viewsAt({ flow: content.flow, stage: null, locale: lang });
    const words = wordsOf(content, {
      to,
      brandName: options.brandName,
      appNames: options.appNames ?? [],
      lang,
      stopUrl: unsubscribeUrl,
    });
    const say = (sentence: Message): string => (content.letter === null ? text(sentence) : letterText(lang, sentence));
    const line = displayText(say(words.subject), longestSubject) ?? options.brandName;
    const saidLink = (given: MailWords['renew']): SaidLink | null =>
      given === null ? null : { text: say(given.text), href: given.href, label: say(given.label) };
    const { greeting, link } = words;
    const model: MailModel = {
      lang,
      dir: directionOf(lang),
      brand: { name: options.brandName },
      mail: {
        kind: content.kind,
        subject: line,
        greeting: greeting === null ? null : say(greeting),
        lines: words.lines.map(say),
        code: content.code?.code ?? content.letter?.code ?? null,
        link:
          link === null
            ? null
            : { href: link.href, label: say(link.label), fallback: text({ id: 'mail.link_fallback' }) },
        renew: saidLink(words.renew),
        stop: saidLink(words.stop),
        notes: words.notes.map(say),
      },
      text: (sentence, values) =>
        text(typeof sentence === 'string' ? { id: sentence, ...(values && { values }) } : sentence),
      include: (name, more) => views.include(name)(more === undefined ? model : { ...model, ...more }),
    };
    const html = model.include(`/mail/html/${content.kind}`);
    return { subject: line, html, text: model.include(`/mail/text/${content.kind}`) };
  };
}

const longestName = 200;

/** Whatever its caller checked: no name and no value of a letter is a link of its own. What is left out is not said. */
function withMailedNames(letter: Letter, own: readonly string[]): Letter {
  const { app, inviter, values } = letter;
  const isOwn = app !== null && own.includes(app);
  return {
    ...letter,
    app: app === null ? null : isOwn ? displayText(app, longestName) : mailedName(app, longestName),
    inviter: inviter === null ? null : mailedName(inviter, longestName),
    values: Object.fromEntries(
      Object.entries(values).flatMap(([name, value]) => {
        const said = mailedName(value, longestName);
        return said === null ? [] : [[name, said]];
      }),
    ),
  };
}

interface WordsFacts {
  readonly to: string;
  readonly brandName: string;
  readonly appNames: readonly string[];
  readonly lang: string;
  readonly stopUrl: string | null;
}

function wordsOf(content: MailContent, { to, brandName, appNames, lang, stopUrl }: WordsFacts): MailWords {
  const { kind, letter, code, provider, hasEarlierLink = false, signInUrl } = content;
  if (isLetterKind(kind)) {
    if (letter === null) throw new TypeError(`a mail of the kind '${kind}' needs its letter`);
    const end = letter.expiresAt === null ? null : instantText(letter.expiresAt, letter.zone, lang);
    const named = withMailedNames(letter, [brandName, ...appNames]);
    return letterWords({ kind, letter: named, to, brandName, end, stopUrl });
  }
  const shown = provider === undefined ? null : displayText(provider, longestName);
  const words = mailWords({ kind, code, hasEarlierLink, ...(shown === null ? {} : { provider: shown }) });
  const link =
    // There is nothing to sign in to.
    kind === 'account_deleted'
      ? null
      : code === null
        ? { href: signInUrl, label: message('mail.sign_in') }
        : { href: code.url, label: message('mail.confirm') };
  return { ...words, greeting: null, link, renew: null, stop: null };
}
