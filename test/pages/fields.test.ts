import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { JsonObject } from '../../lib/base/json.js';
import { message } from '../../lib/base/message.js';
import { literal } from '../../lib/flow/policy.js';
import type { PageForm } from '../../lib/pages/page-model.js';
import { form as formOf } from '../support/html-form.js';
import { account, code, field, form, json, prompt, samplePages, savedAccount } from '../support/pages/samples.js';

const pages = samplePages();

function drawn(fields: Parameters<typeof prompt>[0], more: Partial<PageForm> = {}): string {
  return pages.render(prompt(fields, { form: form(more) }));
}

/** The start tag of the input with this name. */
function input(html: string, name: string): string {
  const tag = [...html.matchAll(/<input\b[^>]*>/g)]
    .map(([found]) => found)
    .find((found) => found.includes(`name="${name}"`));
  assert.ok(tag, `an input ${name}`);
  return tag;
}

describe('the fields of a form', () => {
  it('are sent with the signature of the step, by POST, to the action', () => {
    const sent = formOf(drawn([code]));
    assert.equal(sent.method, 'post');
    assert.equal(sent.action, '/join/if/flow/invite/');
    assert.deepEqual(sent.hidden, { signature: 'k1.2Xy-_z' });
    assert.deepEqual(
      sent.controls.map(({ name }) => name),
      ['signature', 'invite_code'],
    );
  });

  it('contain what was typed, or else their initial value', () => {
    const html = drawn(
      [
        field('a', 'text', { initial_value: 'first' }),
        field('b', 'text', { initial_value: 'first' }),
        field('c', 'text'),
      ],
      { typed: { a: '', b: 'typed' } },
    );
    assert.match(input(html, 'a'), / value=""/);
    assert.match(input(html, 'b'), / value="typed"/);
    assert.match(input(html, 'c'), / value=""/);
  });

  it('that are hidden lose a value that was refused: visitors cannot correct it', () => {
    const set = field('set', 'hidden', { initial_value: 'new' });
    const [kept, refused] = [{}, { set: [literal('These are new codes.')] }].map((errors) =>
      drawn([set], { typed: { set: 'old' }, errors }),
    );
    assert.match(input(kept ?? '', 'set'), / value="old"/);
    assert.match(input(refused ?? '', 'set'), / value="new"/);
    assert.match(refused ?? '', /<li>These are new codes\.<\/li>/);
  });

  it('have a strength meter at the new password, and none at its repetition', () => {
    const html = drawn([field('password', 'password', { minlength: 15 }), field('password_repeat', 'password')]);
    assert.match(input(html, 'password'), /data-short=/);
    assert.doesNotMatch(input(html, 'password_repeat'), /data-short=/);
  });

  it('never contain a password', () => {
    const html = drawn([field('password', 'password', { initial_value: 'secret-1' })], {
      typed: { password: 'secret-2' },
    });
    assert.doesNotMatch(html, /secret/);
    assert.match(input(html, 'password'), /type="password" value="" autocomplete="new-password"/);
    assert.doesNotMatch(input(html, 'password'), /maxlength/);
  });

  it('help browsers and password managers', () => {
    const html = drawn([
      ...account,
      code,
      field('one', 'text', { autocomplete: 'one-time-code' }),
      field('name', 'text', { autocomplete: 'name' }),
    ]);
    assert.match(
      input(html, 'username'),
      /type="text" [^]*autocomplete="username"\s+autocapitalize="none" enterkeyhint="next" spellcheck="false" required/,
    );
    assert.match(input(html, 'email'), /type="email" [^]*autocomplete="email"/);
    assert.match(
      input(html, 'invite_code'),
      /enrollment-field__input--code[^]*autocomplete="off"\s+autocapitalize="characters" enterkeyhint="next" spellcheck="false"/,
    );
    assert.match(input(html, 'one'), /autocapitalize="characters"/);
    assert.doesNotMatch(input(html, 'name'), /autocapitalize|spellcheck|code/);
    assert.match(html, /<form [^>]*novalidate>/);
  });

  it('have the keyboard of a phone, whose Enter key says what comes next', () => {
    const html = drawn([
      field('pin', 'text', { inputmode: 'numeric', autocapitalize: 'words', enterkeyhint: 'search' }),
      field('first', 'text'),
      field('last', 'email'),
      field('agree', 'checkbox'),
      field('fixed', 'text_read_only', { read_only: true }),
    ]);
    assert.match(input(html, 'pin'), /autocapitalize="words" inputmode="numeric" enterkeyhint="search"/);
    assert.match(input(html, 'first'), /enterkeyhint="next"/);
    assert.match(input(html, 'last'), /enterkeyhint="go"/);
    for (const name of ['agree', 'fixed']) assert.doesNotMatch(input(html, name), /enterkeyhint/);
  });

  it('show saved passwords as one sentence, with the inputs for others behind it', () => {
    const html = drawn(savedAccount);
    assert.match(html, /Password<\/p>\s*<p [^>]*>Your password is saved\.<\/p>\s*<details[^>]*>\s*<summary/);
    const [, inside = ''] = /<details[^>]*>([^]*)<\/details>/.exec(html) ?? [];
    for (const name of ['password', 'password_repeat']) {
      assert.equal(html.split(`name="${name}"`).length, 2, 'once');
      assert.match(input(inside, name), /minlength="15" passwordrules="minlength: 15; maxlength: 128;"/);
      assert.doesNotMatch(input(inside, name), / required| autofocus/);
    }
    assert.match(input(html, 'email'), /enterkeyhint="go"/);
  });

  it('are quoted as they are labeled in what is said of them', () => {
    const errors = { a: [message('stage.prompt.required')] };
    const said = (more: JsonObject): string => drawn([field('a', 'text', more)], { errors });
    for (const label of ['Email address', 'PIN', 'École', 'İl', 'How did you hear of us?', 'Team:'])
      assert.ok(said({ label: json(label) }).includes(`<p>Enter an answer for “${label}”.</p>`), label);
    assert.match(said({ display: 'text', label: json('Team') }), /<li>Enter an answer for “Team”\.<\/li>/);
  });

  it('are tied to their label, help and errors', () => {
    const fields = [
      field('attributes.team', 'text', { label: json('Team'), sub_text: json('Red or blue.') }),
      field('other', 'text'),
    ];
    const html = drawn(fields, { errors: { 'attributes.team': [literal('Choose a team.')] } });
    assert.match(html, /<label class="enrollment-field__label" for="field-attributes-team">Team<\/label>/);
    assert.match(
      input(html, 'attributes.team'),
      /id="field-attributes-team"[^]*aria-describedby="field-attributes-team-help field-attributes-team-error" aria-invalid="true" autofocus/,
    );
    assert.match(html, /id="field-attributes-team-error">\s*<p>Choose a team\.<\/p>/);
    // What is wrong with one of them alone is said once.
    assert.doesNotMatch(html, /role="alert"/);
    const both = drawn(fields, { errors: { 'attributes.team': [literal('Choose a team.')], other: [literal('x')] } });
    assert.match(both, /role="alert">[^]*<li><a href="#field-attributes-team">Choose a team\.<\/a><\/li>/);
    assert.doesNotMatch(input(html, 'other'), /aria-|autofocus/);
    assert.match(html, /<title>Error: /);
  });

  it('move the focus to the first invalid one only', () => {
    const errors = { static: [literal('x')], b: [literal('x')], c: [literal('x')] };
    const html = drawn([field('static', 'static'), field('a', 'text'), field('b', 'text'), field('c', 'text')], {
      errors,
    });
    assert.match(input(html, 'b'), /autofocus/);
    assert.equal(html.match(/autofocus/g)?.length, 1);
    assert.doesNotMatch(drawn([code]), /autofocus|role="alert"|Error: /);
  });

  it('with choices have the focus and their own id at the chosen radio button, else at the first choice', () => {
    const choices = ['s', 'm', 'l'].map((value) => ({ value, label: json(value) }));
    const errors = { size: [literal('Choose again.')] };
    const drawnAs = (kind: string, typed: string | readonly string[]): string =>
      drawn([field('size', 'size', { input: kind, choices })], { errors, typed: { size: typed } });
    const focused = (html: string): unknown =>
      [...html.matchAll(/<input\b[^>]*>/g)].flatMap(([tag]) =>
        /id="field-size"[^]*autofocus/.test(tag) ? [/value="(\w)"/.exec(tag)?.[1]] : [],
      );
    assert.deepEqual(focused(drawnAs('radio', 'm')), ['m']);
    assert.deepEqual(focused(drawnAs('radio', '')), ['s']);
    assert.deepEqual(focused(drawnAs('checkbox', ['m', 'l'])), ['s']);
    assert.equal(drawnAs('radio', '').match(/ required/g)?.length, 3);
    assert.doesNotMatch(drawnAs('checkbox', []), / required/);
  });

  it('have unique ids even if their keys collide', () => {
    const html = drawn([field('a.b', 'text'), field('a-b', 'text'), field('a b', 'text')]);
    assert.deepEqual(
      [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id),
      ['field-a-b', 'field-a-b-2', 'field-a-b-3'],
    );
  });

  it('list errors without a visible field in the summary', () => {
    const html = drawn([code], {
      errors: { '': [literal('Whole form.')], hidden: [literal('Elsewhere.')], empty: [] },
    });
    assert.match(html, /<li>Whole form\.<\/li>\s*<li>Elsewhere\.<\/li>\s*<\/ul>/);
  });

  it('say the error of a single field beside it, without a summary that would push it away', () => {
    const errors = { invite_code: [literal('Wrong code.')] };
    const html = pages.render(prompt([code, field('h', 'hidden')], { form: form({ errors }), reference: 'K7PQ3XWM' }));
    assert.match(html, /id="field-invite_code-error">\s*<p>Wrong code\.<\/p>/);
    assert.doesNotMatch(html, /role="alert"/);
    assert.match(html, /enrollment-reference--form">Reference: K7PQ3XWM</);
    const both = drawn([code], { errors: { ...errors, '': [literal('Whole form.')] } });
    assert.match(both, /role="alert">[^]*<ul[^>]*>\s*<li>Whole form\.<\/li>\s*<\/ul>/);
  });

  it('keep codes, addresses, names for signing in and passwords from left to right', () => {
    const html = drawn([...account, code, field('name', 'text', { autocomplete: 'name' })]);
    for (const key of ['username', 'email', 'password', 'invite_code'])
      assert.match(input(html, key), /dir="ltr"/, key);
    assert.match(input(html, 'name'), /dir="auto"/);
  });

  it('mark optional ones, and survive a malformed challenge', () => {
    assert.match(
      drawn([field('a', 'text', { required: false })]),
      /<span class="enrollment-field__optional">optional<\/span>/,
    );
    assert.match(
      drawn([field('a', '../x', { label: null, sub_text: 'no message', initial_value: 7, required: 'yes' })]),
      /<label [^>]*>a <span/,
    );
    assert.match(drawn([{}]), /<input class="enrollment-field__input" id="field-" name="" type="text"/);
    assert.doesNotMatch(pages.render(prompt([], { challenge: { fields: 'none' } })), /class="enrollment-field/);
  });
});
