import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { inviteSignupFlow } from '../../../lib/index.js';
import { drawnProblems } from '../../../lib/pages/checks/drawn-problems.js';
import { issueSentence } from '../../../lib/flow/flow-issue.js';
import { flowWordingIssues, messageIssues } from '../../../lib/pages/languages/message-issues.js';
import { unescapedValues } from '../../../lib/pages/views/unescaped.js';
import { issuesOf, warningsOf } from '../../support/pages/issues.js';
import { page, samplePages, texts } from '../../support/pages/samples.js';
import { viewFolder } from '../../support/pages/view-folder.js';

function atStart(files: Readonly<Record<string, string>>, find: typeof warningsOf | typeof issuesOf = warningsOf) {
  const views = viewFolder(files);
  return find(views).map((text) => text.replaceAll(`${views}/`, ''));
}

describe('a template of an app', () => {
  it('is told of values that it prints as HTML, or into an attribute without quotes', () => {
    const said = (text: string) =>
      unescapedValues([{ name: 'slots/header', file: 'x.ejs', text, isKits: false }]).map((one) => one.slice(0, 28));
    for (const value of ['locals.page.title', 'x + include("/a/b")', 'a ? b : include("/a/b")', 'include("/a/b") + c'])
      assert.deepEqual(said(`\n<p><%- ${value} %></p>`), ['x.ejs:2: prints a value as H'], value);
    assert.deepEqual(said('<a\n href=<%= locals.app.x %>>x</a>'), ['x.ejs:2: prints a value into']);
    for (const value of [
      "include('/elements/field', { field: f(1) })",
      "locals.app.x ? include('/a/b') : ''",
      "locals.app.x && include('/a/b')",
      'locals.field.helpHtml',
      'body',
      "list.map((field) => include('/elements/field', { field })).join('')",
      "'<b>' + include('/a/b') + '</b>'",
    ])
      assert.deepEqual(said(`<%- ${value} -%>`), [], value);
    assert.match(
      atStart({ 'slots/footer.ejs': '<p><%- locals.page.title %></p>' }).join('\n'),
      /^slots\/footer\.ejs:1: prints a value as HTML/,
    );
  });

  it('is told of a sentence that it shows without its values', () => {
    const of = (values: string) => atStart({ 'slots/footer.ejs': `\n<%= locals.text('page.reference'${values}) %>` });
    assert.deepEqual(of(", { refrence: 'x' }"), [
      'slots/footer.ejs:2: locals.text: the sentence "page.reference" is shown with {reference} in braces: did you mean "reference" by "refrence"?',
    ]);
    assert.match(of('')[0] ?? '', /pass locals\.text\('page\.reference', \{ reference: … \}\)$/);
    assert.deepEqual(of(", { reference: 'x' }"), []);
    const wording = { account: { title: 'Join {brnd}', intro: '{brand} {inviter}', submit: 'Join {bran}' } };
    const flow = inviteSignupFlow({
      slug: 'in',
      fields: ['username', 'password'],
      title: 'Join {bran}',
      intro: '{brand}!',
      wording,
    });
    assert.deepEqual(flowWordingIssues([flow]).map(issueSentence), [
      'flows.in.title: there is no {bran} here, only {brand}; did you mean "brand"?',
      'flows.in.account.title: there is no {brnd} here, only {brand}; did you mean "brand"?',
      'flows.in.account.intro: there is no {inviter} here, only {brand}',
      'flows.in.account.submit: there is no {bran} here, only {brand}; did you mean "brand"?',
    ]);
    for (const id of ['form.submit.de', 'de.form.submit'])
      assert.deepEqual(messageIssues({ [id]: 'x' }, texts), [
        `"${id}": texts of a language are in a record: write messages: { 'de': { 'form.submit': … } }`,
      ]);
  });

  it('is named where a view of the kit fails that it includes, with what it meant', () => {
    const layout =
      "<!doctype html><html lang=\"<%= locals.lang %>\"><head><%- include('/elements/head') %></head><body>\n<%- include('/pages/prompt') %></body></html>";
    assert.match(
      atStart({ 'layouts/stacked.ejs': layout }, issuesOf).join('\n'),
      /views\/elements\/form\.ejs:\d+: .*\(included by layouts\/stacked\.ejs:2; a layout includes its page with include\(locals\.page\.view\)\)/,
    );
    assert.match(
      atStart(
        {
          'elements/form.ejs':
            "\n<% for (const f of locals.form.fields) { %><%- include('/elements/field', { f }) %><% } %>",
        },
        issuesOf,
      ).join('\n'),
      /views\/elements\/field\.ejs:1: .*\(included by elements\/form\.ejs:2; write include\('\/elements\/field', \{ field \}\)\)/,
    );
  });

  it('is refused where its page is printed as text, on pages without a form too', () => {
    const html = samplePages().render(page('pages/denied'));
    const escaped = `<body>${html.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&#34;')}</body>`;
    const [problem] = drawnProblems(escaped, null);
    assert.equal(problem?.isDeadEnd, true);
    assert.match(problem.text, /\{\{\{html\}\}\} in Handlebars/);
    assert.deepEqual(drawnProblems(html, null), []);
  });
});
