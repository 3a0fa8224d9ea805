import type { Mail } from 'express-enrollment/ports';

/** The mail that the app sends itself: what to do next, for how long, and how to get another link. */
export function invitationLetter(
  to: { readonly email: string; readonly name: string },
  url: string,
  expiresAt: number,
): Mail {
  const end = new Intl.DateTimeFormat('en', { dateStyle: 'full', timeZone: 'UTC' }).format(expiresAt);
  const lines = [
    `Dear ${to.name},`,
    'Kopi Club has an account for you at Kopi Tasting. Set your password, then sign in:',
    url,
    `The link works once, until ${end} (UTC). Ask the club for a new one after that.`,
  ];
  const paragraphs = lines.map((line) =>
    line === url ? `<p><a href="${escape(url)}">Set your password</a></p>` : `<p>${escape(line)}</p>`,
  );
  return {
    to: to.email,
    subject: 'Set your password for Kopi Tasting',
    text: `${lines.join('\n\n')}\n`,
    html: `<!doctype html><html lang="en"><head><meta charset="utf-8"></head><body>${paragraphs.join('')}</body></html>`,
    kind: 'ticket_invite',
    locale: 'en',
  };
}

const escape = (text: string): string => text.replace(/[&<>"]/g, (letter) => `&#${String(letter.charCodeAt(0))};`);
