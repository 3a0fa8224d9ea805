import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { isEnrollmentError } from '../../lib/base/error.js';
import { issuesOf } from '../support/pages/issues.js';
import { code, prompt, samplePages } from '../support/pages/samples.js';
import { viewFolder } from '../support/pages/view-folder.js';

const model = prompt([code], { stage: 'invite-code' });

/** What drawing the page reports; the folder's own path is left out. */
function failureOf(files: Readonly<Record<string, string>>, cache: boolean): string {
  const views = viewFolder(files);
  try {
    samplePages({ views, cache }).render(model);
  } catch (error) {
    if (isEnrollmentError(error)) return error.message.replaceAll(`${views}/`, '');
    throw error;
  }
  throw new Error('the page was drawn');
}

function startIssueOf(text: string): string {
  const views = viewFolder({ 'elements/submit.ejs': text });
  return issuesOf(views).join('\n').replaceAll(`${views}/`, '');
}

describe('a template that throws', () => {
  for (const cache of [true, false]) {
    const when = cache ? 'in production' : 'in development';

    it(`is reported with file, line and the lines around it, ${when}`, () => {
      const text = '<p>one</p>\n<p>two</p>\n<%= locals.page.nothing.here %>\n<p>four</p>\n';
      assert.equal(
        failureOf({ 'pages/prompt.ejs': text }, cache),
        `"pages/prompt" could not be drawn: pages/prompt.ejs:3: Cannot read properties of undefined (reading 'here')

    1| <p>one</p>
    2| <p>two</p>
 >> 3| <%= locals.page.nothing.here %>
    4| <p>four</p>
    5| `,
      );
    });

    it(`is found in the innermost of several includes, ${when}`, () => {
      const failure = failureOf({ 'elements/submit.ejs': 'a\n<% throw new Error("no button") %>' }, cache);
      assert.match(failure, /drawn: elements\/submit\.ejs:2: no button\n/);
      assert.doesNotMatch(failure, /form\.ejs|stacked\.ejs/);
    });

    it(`is reported with its line whatever it throws, ${when}`, () => {
      for (const [thrown, said] of [
        ["'no button'", 'no button'],
        ['undefined', 'undefined'],
        ['Object.freeze(new Error("frozen"))', 'Error: frozen'],
      ] as const)
        assert.ok(
          failureOf({ 'elements/submit.ejs': `a\n<% throw ${thrown} %>` }, cache).includes(
            `drawn: elements/submit.ejs:2: ${said}\n`,
          ),
          thrown,
        );
    });

    it(`that does not parse is reported with its line, ${when}`, () => {
      assert.match(failureOf({ 'elements/submit.ejs': 'a\nb <%= locals. %>\n' }, cache), /elements\/submit\.ejs:2: /);
    });
  }

  it('with a local that lacks its "locals." is told what was meant, and one that no page has is not', () => {
    const failed = (text: string) => failureOf({ 'pages/prompt.ejs': text }, true);
    assert.match(
      failed('<h1>\n<%= page.title %>'),
      /prompt\.ejs:2: page is not defined; did you mean locals\.page\.title\?\n/,
    );
    assert.match(failed('<%= form %>'), /:1: form is not defined; did you mean locals\.form\?\n/);
    assert.match(failed('<%= seasons %>'), /:1: seasons is not defined\n/);
  });

  it('keeps the cause, with its own message', () => {
    const views = viewFolder({ 'elements/submit.ejs': '<% throw new RangeError("mine") %>' });
    assert.throws(
      () => samplePages({ views }).render(model),
      (error: unknown) => error instanceof Error && error.cause instanceof RangeError && error.cause.message === 'mine',
    );
  });
});

describe('a template that does not parse', () => {
  for (const [what, text, said] of [
    ['a block that is never closed', '<p>\n<% if (true) { %>\n<b>\n</p>', ':2: the block that begins here has no end'],
    ['a brace too many', '<p>\n<% } %>\n', ':2: this "}" closes no block'],
    [
      'a round bracket that is never closed',
      '<p>\n<% if (true { %>\n<b></b>\n<% } %>',
      ':2: a "(" here is never closed: a ")" is missing',
    ],
    ['the same in a block without an end', '<p>\n<% if (true { %>', ':2: a "(" here is never closed'],
    ['a callback that is never closed', '<% [1].map((one) => { %>\n<% } %>', ':1: a "(" here is never closed'],
    ['a list that is never closed', '<p>\n<% for (const x of [1, 2) { } %>', ':2: a "[" here is never closed'],
    ['a bracket too many', '<p>\n<% if (/[(]/.test("(")) { %>\n<% }) %>', ':3: this ")" closes no "("'],
    ['a missing delimiter', 'a\nb\n<%= locals.page.title\n', ':3: this "<%" has no "%>"'],
    ['a wrong expression', 'a\nb\nc\n<%= locals.page.title) %>\nd', ':4: '],
    ['a wait', 'a\n<% const x = await locals.app.user; %>\n', ':2: a template does not wait: await the data before'],
    ['another encoding', '\uFEFFa\0<\0%\0', ': the file is not saved as UTF-8'],
    ['a wrong statement', "a\n<% const x = 'it's'; %>\n", ':2: '],
  ] as const) {
    it(`stops the start and names the line: ${what}`, () => {
      assert.ok(startIssueOf(text).includes(`elements/submit.ejs${said}`), startIssueOf(text));
    });
  }
});

describe('an include', () => {
  const outside = { 'pages/prompt.ejs': "\n<%- include('/partials/nav') %>", 'partials/nav.ejs': '<nav></nav>' };

  it('of a file outside the folders of views fails at the start and in development alike', () => {
    const views = viewFolder(outside);
    const said = /pages\/prompt\.ejs:2: There is no view "\/partials\/nav"[^]*Move the file to elements\/nav\.ejs/;
    assert.match(issuesOf(views).join(), said);
    for (const cache of [true, false])
      assert.match(failureOf(outside, cache), /:2: There is no view "\/partials\/nav"/);
  });

  it('of a view that does not exist is refused at the start, with the name that was meant', () => {
    assert.match(
      startIssueOf("<%- include('/elements/feild', { field }) %>"),
      /:1: There is no view "\/elements\/feild"; did you mean "\/elements\/field"\?/,
    );
    assert.match(startIssueOf('a\n<%- include("./field") %>'), /:2: Cannot include ".\/field": write its name as in/);
  });

  it('of a computed name that does not exist fails with the name that was meant', () => {
    for (const cache of [true, false])
      assert.match(
        failureOf({ 'pages/prompt.ejs': "<%- include('/elements/' + 'langages') %>" }, cache),
        /There is no view "\/elements\/langages"; did you mean "\/elements\/languages"\?/,
      );
  });

  it('in a comment, of a computed name, or of one flow alone is not refused', () => {
    const views = viewFolder({
      'elements/submit.ejs':
        "<button>x</button><%# include('/elements/none') %><% // include('/elements/none')\n %><%- include(`/elements/${'links'}`) %>",
      'pages/prompt.ejs':
        "<% if (locals.page.flow === 'invite') { %><%- include('/elements/mine') %><% } %><%- include('/elements/form') %>",
      'flows/invite/elements/mine.ejs': '',
    });
    assert.deepEqual(issuesOf(views), []);
  });

  it('of itself without end is refused at the start', () => {
    const issue = startIssueOf("<%- include('/elements/form') %>");
    assert.match(issue, /elements\/submit\.ejs:1: "\/elements\/\w+" includes itself without end/);
    const files = {
      'pages/prompt.ejs': "<%- include('/elements/one') %>",
      'elements/one.ejs': "a\n<%- include('/elements/two') %>",
      'elements/two.ejs': "a\nb\n<%- include('/elements/one') %>",
    };
    for (const cache of [true, false])
      assert.match(
        failureOf(files, cache),
        /drawn: elements\/(?:one\.ejs:2|two\.ejs:3): "\/elements\/(one|two)" includes itself without end, by "\/elements\/(?!\1)\w+"\n/,
      );
  });

  it('of every view of the kit exists', () => {
    assert.deepEqual(issuesOf(new URL('../../../views', import.meta.url)), []);
  });
});

describe('a folder of views', () => {
  for (const path of ['pages/again', 'elements', 'flows/invite']) {
    it(`with a link that leads back to itself stops the start with its path: ${path}`, () => {
      const views = viewFolder({ 'pages/prompt.ejs': "<%- include('/elements/form') %>", 'flows/readme.txt': '' });
      symlinkSync(join(views, path), join(views, path));
      assert.deepEqual(issuesOf(views), [`Option "views": ${join(views, path)}: this link leads back to itself`]);
    });
  }

  it('that is such a link itself is reported too', () => {
    const views = join(viewFolder({ 'pages/a.ejs': '' }), 'views');
    symlinkSync(views, views);
    assert.deepEqual(issuesOf(views), [`Option "views": ${views}: this link leads back to itself`]);
  });
});

describe('letter case', () => {
  it('decides in development as in production, whatever the file system does', () => {
    const files = { 'pages/prompt.ejs': "<%- include('/elements/Mine') %>", 'elements/mine.ejs': '' };
    for (const cache of [true, false]) assert.match(failureOf(files, cache), /There is no view "\/elements\/Mine"/);
  });
});
