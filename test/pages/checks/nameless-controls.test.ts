import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { tagsIn } from '../../../lib/pages/checks/html-tags.js';
import { namelessControls } from '../../../lib/pages/checks/nameless-controls.js';
import { noOwnViews } from '../../../lib/pages/checks/field-problems.js';
import { warningsOf } from '../../support/pages/issues.js';
import { account, prompt, samplePages } from '../../support/pages/samples.js';
import { viewFolder } from '../../support/pages/view-folder.js';

const model = prompt(account, { stage: 'account' });

/** What the start and development say of these views, with the paths below their folder. */
function saidOf(files: Readonly<Record<string, string>>): {
  readonly start: readonly string[];
  readonly drawn: readonly string[];
} {
  const views = viewFolder(files);
  const drawn: string[] = [];
  const plain = (text: string): string => text.replace(`${views}/`, '');
  samplePages({ views, cache: false, warn: (one) => void drawn.push(plain(one)) }).render(model);
  return { start: warningsOf(views).map(plain), drawn };
}

describe('the name of a control', () => {
  const textsOf = (html: string): readonly string[] =>
    namelessControls(tagsIn(html), [{ key: 'email' }], noOwnViews).map(({ text }) => text);

  it('is found in every way that browsers find it', () => {
    for (const html of [
      '<label for="e">Email</label><input id="e" name="email">',
      '<label>Email <input name="email"></label>',
      '<label for="e"><img src="x" alt="Email"></label><input id="e" name="email">',
      '<label for="e"><span aria-label="Email"></span></label><select id="e" name="email"></select>',
      '<p id="t" hidden>Email</p><textarea aria-labelledby="none t" name="email"></textarea>',
      '<input aria-label="Email" name="email"><input title="Email" name="email">',
      '<label for="e">\n<!-- > --> Email</label><input id="e" name="email">',
      '<button><svg><title>Go</title></svg></button><input type="submit"><input type="image" alt="Go">',
      '<a href="/"><img src="x" alt="Home"></a><a id="anchor"></a>',
      '<input type="hidden" name="email"><button hidden></button><div hidden><button></button></div>',
      '<template><input name="email"></template><fieldset><legend>Email</legend></fieldset>',
    ])
      assert.deepEqual(textsOf(html), [], html);
  });

  it('is missed where there is none, each with what is wrong', () => {
    for (const [html, said] of [
      ['<input name="email">', /^draws the input "email" without a name that screen readers say: write <label for=/],
      ['<input name="q">', /^draws the input "q" without a name that screen readers say: write <label for="…">/],
      ['<label for="e"></label><input id="e" name="email">', /whose label has no text: print field\.label within it$/],
      ['<label for="e">&nbsp;<b hidden>x</b></label><input id="e" name="email">', /whose label has no text/],
      ['<label for="e" hidden>Email</label><input id="e" name="email">', /whose label is hidden: show it$/],
      ['<label for="f">Email</label><input id="e" name="email">', /"email" without a name/],
      ['<label for="f">Email <input name="email"></label>', /"email" without a name/],
      ['<label>Email <input name="q"><input name="email"></label>', /"email" without a name/],
      ['<input aria-labelledby="e-label" name="email">', /whose aria-labelledby leads to no text: give the id/],
      ['<input placeholder="Email" name="email">', /whose only name is its placeholder/],
      ['<button><i class="icon"></i></button>', /^draws a button without a name .*: print a text within it/],
      ['<input type="submit" value="">', /^draws a button without a name/],
      ['<a href="/"><img src="x" alt=""></a>', /^draws a link without a name/],
      ['<fieldset><legend> </legend></fieldset>', /^draws a group of choices whose legend has no text/],
      ['<label for="x">Email</label>', /^draws a label for an id that no element has/],
    ] as const) {
      const texts = textsOf(html);
      assert.equal(texts.length, 1, html);
      assert.match(texts[0] ?? '', said, html);
    }
  });
});

describe('views of an app that leave a control without a name', () => {
  it('are told of a label that is empty, at the start and on what is drawn, once', () => {
    const { start, drawn } = saidOf({ 'elements/label.ejs': '<%# nothing %>' });
    const input = 'elements/label.ejs:1: draws an input whose label has no text: print field.label within it';
    assert.deepEqual(drawn, [input]);
    assert.ok(start.includes(input), start.join('\n'));
    for (const text of start) assert.match(text, /^elements\/label\.ejs:1: draws /);
    const live: string[] = [];
    const views = viewFolder({ 'elements/label.ejs': '' });
    const pages = samplePages({ views, warn: (one) => void live.push(one.replace(`${views}/`, '')) });
    for (let count = 0; count < 2; count += 1) pages.render(model);
    assert.deepEqual(live, [input], 'in production');
  });

  it('are told of a label of a wrong id, of a hidden one, and of one that only refers to nothing', () => {
    const element = (label: string, more = ''): Readonly<Record<string, string>> => ({
      'elements/field-text.ejs': `${label}\n<input id="<%= locals.field.id %>" name="<%= locals.field.key %>" type="<%= locals.field.input %>" value="<%= locals.field.value %>" autocomplete="<%= locals.field.autocomplete %>"<% if (locals.field.required) { %> required<% } %> aria-describedby="<%= locals.field.id %>-error" aria-invalid="<%= locals.field.invalid %>"${more}><p id="<%= locals.field.id %>-error"><%= locals.field.errors %></p>`,
    });
    const place = 'elements/field-text.ejs:2: draws an input';
    for (const [files, said] of [
      [
        element('<label for="<%= locals.field.key %>">x</label>'),
        `${place} without a name that screen readers say: write <label for="<%= field.id %>"><%= field.label %></label>`,
      ],
      [element('<label hidden for="<%= locals.field.id %>">x</label>'), `${place} whose label is hidden: show it`],
      [
        element('<p>x</p>', ' aria-labelledby="<%= locals.field.id %>-label"'),
        `${place} whose aria-labelledby leads to no text: give the id of an element with a text`,
      ],
    ] as const) {
      const { start, drawn } = saidOf(files);
      assert.deepEqual(drawn, [said]);
      assert.deepEqual(start, [said]);
    }
    const fine = saidOf(element('<label for="<%= locals.field.id %>"><%= locals.field.label %></label>'));
    assert.deepEqual([fine.start, fine.drawn], [[], []]);
  });

  it('are told of a button without a text, and of a label that belongs to nothing', () => {
    const button = saidOf({ 'elements/submit.ejs': '\n<button><i></i></button>' });
    assert.match(button.drawn.join('\n'), /^elements\/submit\.ejs:2: draws a button without a name[^\n]*$/);
    assert.deepEqual(button.start, button.drawn);
    const label = saidOf({ 'slots/before-form.ejs': '\n<label for="search">Search</label>' });
    assert.match(
      label.drawn.join('\n'),
      /^slots\/before-form\.ejs:2: draws a label for the id "search" that no[^\n]*$/,
    );
  });

  it('are not told at the start where the app’s own texts name it', () => {
    const views = viewFolder({ 'elements/submit.ejs': '<button><%= locals.app.send %></button>' });
    assert.deepEqual(warningsOf(views), []);
  });
});
