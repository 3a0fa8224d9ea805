import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isLetterKind, mailKinds, type LetterKind } from '../../lib/base/mail-kinds.js';
import { english } from '../../lib/base/texts/english.js';
import { createMails } from '../../lib/pages/mails.js';
import { shippedTags } from '../../lib/pages/languages/shipped-languages.js';
import type { Letter, MailContent } from '../../lib/ports/mailer.js';
import { htmlFaults } from '../support/pages/html-faults.js';

const kinds = mailKinds.filter(isLetterKind);
/** Kinds whose link does something. */
const unlinked: readonly LetterKind[] = ['fresh_link_requested', 'invitation_declined', 'address_taken_over'];
const isLinked = (kind: LetterKind): boolean => !unlinked.includes(kind);

const full: Letter = {
  url: 'https://app.example/join/if/flow/set-password/-/ticket?ticket=abc.def',
  code: null,
  app: 'Globex <i>',
  inviter: 'Ann <b>',
  expiresAt: Date.UTC(2026, 11, 4, 10, 15, 59),
  zone: 'Asia/Jakarta',
  values: {},
  renewUrl: 'https://app.example/join/renew?x=1&y=2',
};

const contentOf = (kind: LetterKind, letter: Partial<Letter> = {}, locale = 'en'): MailContent => ({
  kind,
  locale,
  flow: 'set-password',
  code: null,
  letter: { ...full, ...letter },
  signInUrl: 'https://app.example/join/if/flow/sign-in/',
});

const drawWith = (more: Partial<Parameters<typeof createMails>[0]> = {}) =>
  createMails({ texts: english, languages: shippedTags(), brandName: 'Acme', cache: true, ...more });

describe('letters', () => {
  it('in every language: what to do, for whom, until when in which zone, and how to get another link', () => {
    const draw = drawWith();
    for (const locale of shippedTags()) {
      for (const kind of kinds) {
        const { subject, text, html } = draw(contentOf(kind, { code: '7K3M-QX9P' }, locale), 'bob@example.com');
        const about = `${kind} ${locale}:\n${text}`;
        assert.ok(subject.includes('Globex') && !/[[\]{}]/.test(subject), `${subject} ${about}`);
        assert.ok(!/[[\]{}]/.test(text), about);
        assert.ok(text.includes(`\n${full.url}\n`) && text.includes('\n    7K3M-QX9P\n'), about);
        assert.ok(html.includes('Globex &lt;i&gt;') && !html.includes('<i>') && !html.includes('<b>'), about);
        if (!isLinked(kind)) continue;
        assert.ok(text.includes('bob@example.com'), about);
        assert.ok(text.includes(full.renewUrl ?? '-') && html.includes('renew?x=1&amp;y=2'), about);
        // 10:15 UTC is 17:15 in Jakarta.
        assert.match(text, /\b(?:17|5)[:.]15\b/, about);
      }
    }
  });

  it('the end names the zone', () => {
    const { text } = drawWith()(contentOf('ticket_invite'), 'bob@example.com');
    assert.ok(text.includes('The link works until Friday, December 4, 2026 at 5:15 PM Western Indonesia Time.'), text);
    const utc = drawWith()(contentOf('ticket_invite', { zone: 'Nowhere/Else' }), 'bob@example.com');
    assert.ok(utc.text.includes('at 10:15 AM Coordinated Universal Time'), utc.text);
  });

  it('without an inviter, an end, and a page for another link, nothing is said of them', () => {
    const bare = { inviter: null, expiresAt: null, renewUrl: null, app: null };
    const { subject, text } = drawWith()(contentOf('invitation', bare), 'bob@example.com');
    assert.equal(subject, 'You’re invited to Acme');
    assert.ok(!/until|expired|new link/.test(text), text);
    const ended = drawWith()(contentOf('ticket_recovery', { renewUrl: null }), 'bob@example.com');
    assert.ok(ended.text.includes('ask your contact at Globex <i> for a new one'), ended.text);
  });

  it('in every language, invitations and letters of the waitlist say how to stop further ones, other mails do not', () => {
    const draw = drawWith();
    const unsubscribeUrl = 'https://app.example/flows/-/unsubscribe?token=a&b';
    for (const locale of shippedTags()) {
      for (const kind of kinds) {
        const isStopped = kind === 'invitation' || kind === 'waitlist_approved';
        const { text, html } = draw(contentOf(kind, {}, locale), 'bob@example.com', { unsubscribeUrl });
        assert.equal(text.includes(`\n${unsubscribeUrl}\n`), isStopped, `${kind} ${locale}:\n${text}`);
        assert.equal(html.includes('unsubscribe?token=a&amp;b'), isStopped, `${kind} ${locale}`);
        assert.ok(!draw(contentOf(kind, {}, locale), 'bob@example.com').text.includes('unsubscribe'), kind);
      }
    }
    const { text } = draw(contentOf('invitation'), 'bob@example.com', { unsubscribeUrl });
    assert.ok(text.includes('Don’t want any more invitations to Globex <i>?\nStop these emails:'), text);
  });

  it('an account that lost an address may be one that nothing else opens: its letter says so', () => {
    const { text } = drawWith()(contentOf('address_taken_over'), 'bob@example.com');
    assert.match(text, /sign in to it[^.]*\. If you can’t sign in without this address, ask your contact at Globex/);
  });

  it('are valid HTML', async () => {
    const draw = drawWith();
    for (const kind of ['invitation', 'address_taken_over'] as const) {
      const unsubscribeUrl = 'https://app.example/flows/-/unsubscribe?token=a&b';
      const { html } = draw(contentOf(kind, { code: '7K3M-QX9P' }), 'bob@example.com', { unsubscribeUrl });
      assert.deepEqual(await htmlFaults(html), [], kind);
    }
  });

  it('the app’s own wording can use every value, and further ones', () => {
    const draw = drawWith({
      messages: { en: { 'mail.greeting': 'Dear {name},', 'mail.invitation.from': '{inviter} of {team} wants you.' } },
    });
    const { text } = draw(contentOf('invitation', { values: { name: 'Bob', team: 'R&D' } }), 'bob@example.com');
    assert.ok(text.startsWith('Dear Bob,\n\nAnn <b> of R&D wants you.'), text);
    const without = draw(contentOf('invitation', { values: { name: '' } }), 'bob@example.com').text;
    assert.ok(without.startsWith('Hello,\n\nAnn <b> invites you'), without);
    assert.throws(() => drawWith({ messages: { en: { 'mail.greeting': 'Dear {invitor},' } } }), /\{invitor\}/);
  });

  it('values never replace what the kit says of the letter', () => {
    const values = { inviter: 'Eve', address: 'eve@example.com', end: 'never', app: 'Evil' };
    const { text } = drawWith()(contentOf('ticket_invite', { values }), 'bob@example.com');
    assert.ok(!/Eve|eve@|never|Evil/.test(text), text);
  });
});
