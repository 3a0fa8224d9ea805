import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { messageOf } from '../../lib/base/message.js';
import { english } from '../../lib/base/texts/english.js';
import { withRecommended } from '../../lib/http/recommended-link.js';
import { gallery } from '../support/pages/gallery.js';
import { samplePages } from '../support/pages/samples.js';

const links = (['start_again', 'sign_in', 'sign_out', 'home'] as const).map((name) => ({
  href: `/${name}`,
  label: messageOf(`link.${name}`),
}));

/** The link that is a button where this is said. */
function recommendedBy(id: string): string | undefined {
  return withRecommended({ messages: [{ id }] }, links).find(({ primary }) => primary)?.href;
}

/** What refusals say. The rest of each group stands beside fields, or is no sentence. */
const refusals = Object.entries(english).filter(
  ([id, text]) =>
    /^(authenticator|email|flow|problem|sign_in|source|stage)\./.test(id) && /\.$/.test(text) && !/link|typed/.test(id),
);

describe('the button of a refusal', () => {
  it('is what its text recommends', () => {
    for (const [id, text] of refusals)
      if (/\bstart again\b(?! from the home page)/i.test(text))
        assert.equal(recommendedBy(id), '/start_again', `${id}: ${text}`);
    for (const [id, text] of Object.entries(english)) {
      const link = recommendedBy(id);
      if (link === '/sign_in') assert.match(text, /sign in/i, id);
      if (link === '/sign_out') assert.match(text, /sign out/i, id);
    }
    assert.equal(recommendedBy('invitation.used_up'), '/sign_in');
    assert.equal(recommendedBy('source.matched'), '/sign_in');
    assert.equal(recommendedBy('flow.not_redirected'), '/home');
  });

  it('is missing where the text recommends what no link does', () => {
    for (const id of ['plan.throttled', 'problem.413', 'invitation.expired', 'stage.deny.denied', 'of.the.app'])
      assert.equal(recommendedBy(id), undefined, id);
  });

  it('is drawn so on the pages of the kit', () => {
    const pages = samplePages();
    const buttonsOf = (state: string): readonly string[] =>
      [
        ...pages
          .render(gallery.get(state) ?? assert.fail(state))
          .matchAll(/<a class="enrollment-button"[^>]*>([^<]*)/g),
      ].map(([, label = '']) => label);
    for (const [state, label] of [
      ['denied', 'Sign in'],
      ['sources-denied', 'Sign in'],
      ['problem-400', 'Start again'],
      ['problem-404', 'Go to the home page'],
      ['problem-503', 'Try again'],
      ['email-link-invalid', 'Start again'],
      ['ticket-password-changed', 'Sign in'],
      ['address-undo-taken', 'Sign in'],
    ] as const)
      assert.deepEqual(buttonsOf(state), [label], state);
    for (const state of ['problem-413', 'problem-429', 'email-link-elsewhere', 'ticket-revoked', 'ticket-unknown'])
      assert.deepEqual(buttonsOf(state), [], state);
  });
});
