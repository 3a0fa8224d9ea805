import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isLetterKind, mailKinds, type LetterKind } from '../../lib/base/mail-kinds.js';
import { english } from '../../lib/base/texts/english.js';
import { createMails } from '../../lib/pages/mails.js';
import type { MailContent, MailKind } from '../../lib/ports/mailer.js';

const home = 'https://app.example/join/';
const ids = ['subject', 'text', 'from', 'next', 'unexpected', 'link'] as const;

/** Sentences of the app's own that quote every value of a letter. */
const quoting = Object.fromEntries(
  mailKinds.filter(isLetterKind).flatMap((kind: LetterKind) =>
    ids.flatMap((id) => {
      const name = `mail.${kind}.${id}`;
      return Object.hasOwn(english, name) ? [[name, '{app} / {inviter} / {first_name} / {app}']] : [];
    }),
  ),
);

function contentOf(kind: MailKind, name: string): MailContent {
  return {
    kind,
    locale: 'en',
    flow: 'sample',
    signInUrl: home,
    code: ['recovery', 'enrollment', 'verification'].includes(kind)
      ? { code: '7K3M-QX9P', url: home, minutes: 30 }
      : null,
    letter: isLetterKind(kind)
      ? {
          ...{ url: home, code: null, app: name, inviter: name, expiresAt: null, zone: 'UTC' },
          ...{ values: { first_name: name, name }, renewUrl: null },
        }
      : null,
    ...(kind.startsWith('provider_') ? { provider: 'Globex' } : {}),
  };
}

const hostile = [
  'https://evil.example/pay',
  'Ann evil.example',
  'ann@evil.example',
  'EVIL．EXAMPLE',
  'evil\u200b.example',
  'Ann\r\nBcc: x@evil.example',
];

describe('names in mails', () => {
  it(`of all ${String(mailKinds.length)} kinds, a name that looks like a link or an address reaches neither subject nor body`, () => {
    for (const messages of [undefined, { en: quoting }]) {
      const draw = createMails({ texts: english, messages, brandName: 'Acme', cache: true });
      for (const kind of mailKinds)
        for (const name of hostile) {
          const { subject, text, html } = draw(contentOf(kind, name), 'bob@example.com');
          const all = [subject, text, html].join('\n').normalize('NFKC').replaceAll('\u200b', '');
          assert.doesNotMatch(all, /evil/i, `${kind}: ${name}\n${text}`);
          assert.doesNotMatch(subject, /\p{Cc}/u, kind);
          assert.doesNotMatch(text + subject, /\{|undefined|null/, `${kind}: ${text}`);
        }
    }
  });

  it('a good name is said, and the name of a host where the app’s own options give it', () => {
    const draw = createMails({
      ...{ texts: english, messages: { en: quoting }, brandName: 'Books.example', cache: true },
      appNames: ['shop.example'],
    });
    const said = (name: string): string => draw(contentOf('invitation', name), 'bob@example.com').text;
    assert.match(said('Ann Ng'), /Ann Ng/);
    assert.match(said('shop.example'), /shop\.example/);
    assert.match(said('evil.example'), /Books\.example/);
  });
});
