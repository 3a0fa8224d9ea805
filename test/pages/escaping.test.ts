import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { message } from '../../lib/base/message.js';
import { literal } from '../../lib/flow/policy.js';
import { escapeHtml } from '../../lib/pages/escape-html.js';
import type { PageModel } from '../../lib/pages/page-model.js';
import { field, form, json, page, prompt, samplePages } from '../support/pages/samples.js';

const attack = `</title><script>alert("1")</script>'&`;
const said = literal(attack);
const brand = { name: attack, home: attack, logo: attack, consent: { terms: attack, privacy: attack } };

const field_ = (type: string) =>
  field(`${type}${attack}`, type, {
    label: json(attack),
    sub_text: json(attack),
    placeholder: json(attack),
    initial_value: attack,
    autocomplete: attack,
  });

const hostile: PageModel = prompt(
  [field_('text'), field_('hidden'), field_('static'), field_('email'), field_(attack)],
  {
    locale: attack,
    flow: { slug: attack, title: literal(`${attack}flow`) },
    stage: attack,
    title: said,
    intro: message('page.invited', { inviter: attack }),
    inviter: attack,
    notice: said,
    messages: [said],
    reference: attack,
    links: [{ href: attack, label: said }],
    sources: [{ href: `${attack}way`, label: literal(`${attack}button`), icon: `${attack}icon`, slug: attack }],
    recognized: { text: literal(`${attack}known`), another: { href: attack, label: literal(`${attack}another`) } },
    form: form({
      action: attack,
      hidden: [{ name: attack, value: attack }],
      typed: { [`text${attack}`]: `${attack}typed` },
      errors: { '': [said], [`text${attack}`]: [said], [attack]: [said] },
      submit: said,
      createsAccount: true,
    }),
  },
);

function assertSafe(html: string): void {
  assert.doesNotMatch(html, /<script(?! type="module" src="[^"]*\/assets\/)/i);
  assert.doesNotMatch(html, /<\/title>[^]*<\/title>/);
  // No attribute ends early: the text between tags and quotes contains no raw quote of the attack.
  assert.doesNotMatch(html, /alert\("1"\)/);
  assert.match(html, /&lt;script&gt;alert\(&#34;1&#34;\)&lt;\/script&gt;&#39;&amp;/);
}

describe('what goes into a page', () => {
  it('is escaped whatever its source', () => {
    const html = samplePages({ brand }).render(hostile);
    assertSafe(html);
    assert.match(html, /&#39;&amp;typed/);
    for (const part of ['way', 'button', 'icon', 'known', 'another'])
      assert.ok(html.includes(`&#39;&amp;${part}`), part);
    assertSafe(samplePages({ brand: { name: attack, home: attack } }).render(hostile));
    for (const view of ['pages/denied', 'pages/problem', 'pages/enrolled', 'pages/continue', 'pages/cancel'] as const) {
      assertSafe(samplePages({ brand }).render({ ...hostile, view }));
    }
    assertSafe(samplePages({ brand }).render({ ...hostile, layout: 'plain' }));
  });

  it('is escaped on the page that needs no templates', () => {
    const { locale, title, messages, reference, links } = hostile;
    assertSafe(
      samplePages({ brand, languages: ['en', 'de'] }).renderPlain({
        locale,
        languagePath: attack,
        title,
        messages,
        reference,
        links,
      }),
    );
  });

  it('is text, whatever its type', () => {
    assert.equal(escapeHtml(undefined), '');
    assert.equal(escapeHtml(null), '');
    assert.equal(escapeHtml(0), '0');
    assert.equal(escapeHtml(['<', '&']), '&lt;,&amp;');
    assert.equal(escapeHtml('plain'), 'plain');
  });
});

describe('names that template engines reserve', () => {
  const names = {
    settings: {
      views: '/tmp',
      'view cache': false,
      'view options': { client: true, escapeFunction: 'x', outputFunctionName: 'x;process.exit()//' },
    },
    cache: 'x',
    client: true,
    compileDebug: true,
    context: {},
    debug: true,
    delimiter: '?',
    destructuredLocals: ['x;process.exit()//'],
    escape: 'x',
    escapeFunction: 'x',
    filename: '/etc/passwd',
    include: 'x',
    includer: 'x',
    localsName: 'x',
    openDelimiter: '[',
    outputFunctionName: 'x;process.exit()//',
    root: '/',
    rmWhitespace: true,
    strict: false,
    views: ['/tmp'],
    _locals: {},
    _with: true,
    async: true,
    __proto__: { text: 'x' },
  };

  for (const cache of [true, false]) {
    it(`do not affect app locals or typed values (${cache ? 'compiled once' : 'read each time'})`, () => {
      const pages = samplePages({ cache });
      const model = prompt([field('name', 'text')]);
      const typed = Object.fromEntries(Object.keys(names).map((name) => [name, 'x;process.exit()//']));
      assert.equal(pages.render({ ...model, app: names, form: form({ typed }) }), pages.render(model));
    });
  }

  it('change nothing on the prototype of every object', () => {
    const model = page('pages/denied');
    const before = samplePages().render(model);
    const polluted = ['client', 'escapeFunction', 'outputFunctionName', 'localsName', 'include', 'text', 'app'];
    const root: object = Object.prototype;
    try {
      for (const name of polluted)
        Object.defineProperty(root, name, { value: 'x;process.exit()//', configurable: true });
      assert.equal(samplePages().render(model), before);
    } finally {
      for (const name of polluted) Reflect.deleteProperty(root, name);
    }
  });
});
