import { directionOf } from '../base/language-tag.js';
import { displayText } from '../base/display-text.js';
import { message, type Message, type Texts } from '../base/message.js';
import type { MessagesOption } from '../base/texts/messages.js';
import type { DrawMail, LetterKind, MailContent } from '../ports/mailer.js';
import { createLanguages } from './languages/languages.js';
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
  /** False: the app's templates are read again for each mail. */
  readonly cache: boolean;
  readonly missing?: ((id: string) => void) | undefined;
}

/** The `locals` of mail templates. Closed: nothing that a visitor typed is among them. */
interface MailModel {
  readonly lang: string;
  readonly dir: 'ltr' | 'rtl';
  readonly brand: { readonly name: string };
  readonly mail: {
    readonly kind: MailContent['kind'];
    readonly subject: string;
    /** Paragraphs before the code. */
    readonly lines: readonly string[];
    /** As people type it; `null` in notices. */
    readonly code: string | null;
    readonly link: { readonly href: string; readonly label: string } | null;
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
  const settled = options.cache ? settledViews(viewsNow()) : null;
  const viewsAt = (place: ViewPlace): Views =>
    settled?.(place) ?? tracedViews(findIn(viewsNow(), place), new Map(), { fault: null });

  return (content) => {
    const lang = find(content.locale) ?? standardTag;
    const { text } = catalogues.get(lang) ?? standard;
    const views = viewsAt({ flow: content.flow, stage: null, locale: lang });
    const { subject, ...words } = wordsOf(content);
    const line = displayText(text(subject), longestSubject) ?? options.brandName;
    const model: MailModel = {
      lang,
      dir: directionOf(lang),
      brand: { name: options.brandName },
      mail: {
        kind: content.kind,
        subject: line,
        lines: words.lines.map(text),
        code: content.code?.code ?? null,
        link: linkOf(content, text),
        notes: words.notes.map(text),
      },
      text: (sentence, values) =>
        text(typeof sentence === 'string' ? { id: sentence, ...(values && { values }) } : sentence),
      include: (name, more) => views.include(name)(more === undefined ? model : { ...model, ...more }),
    };
    const html = model.include(`/mail/html/${content.kind}`);
    return { subject: line, html, text: model.include(`/mail/text/${content.kind}`) };
  };
}

interface MailWords {
  readonly subject: Message;
  readonly lines: readonly Message[];
  readonly notes: readonly Message[];
}

function wordsOf({ kind, code, provider: source = '' }: MailContent): MailWords {
  const minutes = code?.minutes ?? 0;
  const unasked = message('mail.unasked');
  switch (kind) {
    case 'recovery':
      return {
        subject: message('mail.recovery.subject'),
        lines: [message('mail.recovery.text'), message('mail.code.text', { minutes })],
        notes: [message('mail.code.secret'), unasked],
      };
    case 'enrollment':
      return {
        subject: message('mail.enrollment.subject'),
        lines: [message('mail.enrollment.text'), message('mail.code.text', { minutes })],
        notes: [message('mail.code.secret'), unasked],
      };
    case 'verification':
      return {
        subject: message('mail.verification.subject'),
        lines: [message('mail.verification.text'), message('mail.code.text', { minutes })],
        notes: [message('mail.code.secret'), unasked],
      };
    case 'account_exists':
      return {
        subject: message('mail.account_exists.subject'),
        lines: [message('mail.account_exists.text')],
        notes: [unasked],
      };
    case 'no_password':
      return {
        subject: message('mail.no_password.subject'),
        lines: [message('mail.no_password.text')],
        notes: [unasked],
      };
    case 'password_changed':
      return {
        subject: message('mail.password_changed.subject'),
        lines: [message('mail.password_changed.text')],
        notes: [message('mail.password_changed.unasked')],
      };
    case 'address_changed':
      return {
        subject: message('mail.address_changed.subject'),
        lines: [message('mail.address_changed.text')],
        notes: [message('mail.address_changed.unasked')],
      };
    case 'authenticator_added':
    case 'authenticator_removed':
      return {
        subject: message(`mail.${kind}.subject`),
        lines: [message(`mail.${kind}.text`)],
        notes: [message('mail.unasked_change')],
      };
    case 'provider_connected':
    case 'provider_disconnected':
      return {
        subject: message(`mail.${kind}.subject`, { source }),
        lines: [message(`mail.${kind}.text`, { source })],
        notes: [message('mail.unasked_change')],
      };
    case 'ticket_invite':
    case 'ticket_recovery':
    case 'ticket_verify_email':
    case 'ticket_change_email':
    case 'address_change_undo':
    case 'invitation':
    case 'waitlist_approved':
    case 'fresh_link_requested':
    case 'address_taken_over':
      return letterWords(kind);
  }
}

function letterWords(kind: LetterKind): MailWords {
  throw new TypeError(`the mail '${kind}' has no words yet`);
}

function linkOf({ code, signInUrl }: MailContent, text: (sentence: Message) => string): MailModel['mail']['link'] {
  return code === null
    ? { href: signInUrl, label: text(message('mail.sign_in')) }
    : { href: code.url, label: text(message('mail.confirm')) };
}
