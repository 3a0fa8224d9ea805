import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { literal } from '../../../lib/flow/policy.js';
import { acceptInvitationFlow } from '../../../lib/flows/accept-invitation.js';
import { inviteSignupFlow } from '../../../lib/flows/invite-signup.js';
import { inviteFlow, warningsOf } from '../../support/pages/issues.js';
import { account, form, json, page, prompt, samplePages } from '../../support/pages/samples.js';
import { viewFolder } from '../../support/pages/view-folder.js';

const oneButton = '<p>Go</p>\n<button type="submit"><%= locals.form.submit %></button>';
const flows = [
  inviteSignupFlow({ slug: 'invite', fields: ['username', 'email', 'password'], verifyEmail: true }),
  acceptInvitationFlow({ slug: 'accept' }),
];
const hidden = `<% for (const { name, value } of locals.form.hidden) { %><input type="hidden" name="<%= name %>" value="<%= value %>"><% } %>`;
const byHand = `<%- include('/elements/errors') %><form method="post" action="<%= locals.form.action %>">${hidden}<% for (const field of locals.form.fields) { %><%- include('/elements/field', { field }) %><% } %><button><%= locals.form.submit %></button></form>`;

/** What the start says of these views, without their folder. */
function atStart(files: Readonly<Record<string, string>>, used = flows, more = {}): readonly string[] {
  const views = viewFolder(files);
  return warningsOf(views, ['en'], used, more).map((text) => text.replaceAll(`${views}/`, ''));
}

/** What development says of a page that is shown. */
function shown(files: Readonly<Record<string, string>>, model = prompt(account)): string {
  const views = viewFolder(files);
  const said: string[] = [];
  samplePages({ views, cache: false, warn: (text) => void said.push(text.replaceAll(`${views}/`, '')) }).render(model);
  return said.join('\n');
}

describe('views of an app that lose a part of the page', () => {
  it('are told of second buttons once, at the file that lost them, where a page of the flows has one', () => {
    assert.deepEqual(
      atStart({ 'elements/submit.ejs': oneButton }).map((text) => text.split(': ').slice(0, 2).join(': ')),
      [
        'elements/submit.ejs:1: does not show the button that sends a new email (page.challenge.resend)',
        'elements/submit.ejs:1: does not show the button "Another button" (form.alternative)',
      ],
    );
    assert.deepEqual(atStart({ 'elements/submit.ejs': oneButton }, [inviteFlow]), []);
    assert.deepEqual(atStart({ 'flows/invite/account/elements/submit.ejs': oneButton }), []);
    assert.match(
      atStart({ 'pages/invitation.ejs': byHand }).join('\n'),
      /^pages\/invitation\.ejs:1: does not show the button "Another button" \(form\.alternative\): include\('\/elements\/submit'\)$/,
    );
  });

  it('are told in development of the second button of a stage of the app', () => {
    const alternative = { name: 'decision', value: 'decline', label: json('Decline') };
    const model = prompt(account, {}, { alternative });
    assert.match(
      shown({ 'elements/submit.ejs': oneButton }, model),
      /^elements\/submit\.ejs:1: does not show the button "Decline" \(form\.alternative\): write <%/,
    );
    assert.equal(shown({ 'slots/footer.ejs': 'x' }, model), '');
    assert.match(
      shown({ 'slots/footer.ejs': 'x', 'pages/permissions.ejs': byHand }, page('pages/permissions', { form: form() })),
      /^pages\/permissions\.ejs:1: does not show the button that refuses: write <button name="decline"/,
    );
    const others = page('pages/authenticator', { form: form(), challenge: { other_challenges: ['webauthn'] } });
    assert.match(
      shown({ 'pages/authenticator.ejs': "<%- include('/elements/form') %>" }, others),
      /^pages\/authenticator\.ejs:1: does not show the buttons for other second factors/,
    );
  });

  it('are told of the consent that the page does not name', () => {
    const said = /does not show what people agree to by creating an account \(form\.consent; .*\): (include|write)/;
    const brand = { links: { privacy: '/privacy' } };
    const found = (files: Readonly<Record<string, string>>, of: object = brand) =>
      atStart(files, [inviteFlow], { brand: of });
    assert.match(found({ 'flows/invite/account/pages/prompt.ejs': byHand }).join('\n'), said);
    assert.match(found({ 'elements/consent.ejs': '' })[0] ?? '', said);
    assert.equal(found({ 'elements/consent.ejs': '' }).length, 1);
    assert.deepEqual(found({ 'flows/invite/invite-code/pages/prompt.ejs': byHand }), []);
    assert.deepEqual(found({ 'elements/consent.ejs': '' }, { ...brand, consent: false }), []);
    assert.deepEqual(found({ 'elements/consent.ejs': '' }, {}), []);
    const own = byHand.replace('<button', "<%- include('/elements/consent') %><button");
    assert.deepEqual(found({ 'flows/invite/account/pages/prompt.ejs': own }), []);
    const model = prompt(account, { form: form({ createsAccount: true }) });
    assert.match(shown({ 'elements/consent.ejs': '<p>Hi</p>' }, model), said);
    assert.equal(shown({ 'pages/prompt.ejs': own }, model), '');
  });

  it('are told of a reason, a reference and ways on that a page of text does not show', () => {
    const parts = [/page\.messages/, /page\.reference/, /page\.links/];
    for (const name of ['denied', 'problem']) {
      const found = atStart({ [`pages/${name}.ejs`]: '<h1>Sorry</h1>' });
      for (const [index, part] of parts.entries()) assert.match(found[index] ?? '', part);
      assert.equal(found.length, parts.length);
      assert.match(found[0] ?? '', new RegExp(`^pages/${name}\\.ejs:1: .*include\\('/elements/messages'\\)$`));
    }
    assert.match(
      atStart({ 'elements/links.ejs': '' }).join('\n'),
      /^elements\/links\.ejs:1: does not show where to go/,
    );
    const said = shown(
      { 'pages/problem.ejs': '' },
      page('pages/problem', { messages: [literal('Because.')], reference: 'K7PQ3XWM' }),
    );
    assert.match(said, /page\.messages[^]*page\.reference/);
    const own =
      '<p><%= locals.page.messages.join(" ") %></p><%= locals.page.reference %><% for (const { href } of locals.page.links) { %><a href="<%= href %>">On</a><% } %>';
    assert.deepEqual(atStart({ 'pages/denied.ejs': own, 'pages/problem.ejs': own }), []);
  });

  it('name the file of a button that does not send the form, once, and what to write in it', () => {
    const inElement = (text: string): readonly string[] => atStart({ 'elements/submit.ejs': text }, [inviteFlow]);
    assert.deepEqual(inElement('<p>\n<button type="button">Go</button></p>'), [
      'elements/submit.ejs:2: has a form without a button: write <button type="submit"><%= locals.form.submit %></button>',
    ]);
    assert.deepEqual(atStart({ 'elements/errors.ejs': '' }, [inviteFlow]), [
      'elements/errors.ejs:1: does not show an error of the form: print form.errors',
    ]);
  });
});
