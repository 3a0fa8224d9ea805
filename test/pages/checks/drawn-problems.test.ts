import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createEnrollment, memoryUsers, sessionLogin } from '../../../lib/index.js';
import { drawnProblems } from '../../../lib/pages/checks/drawn-problems.js';
import { defineFlow } from '../../../lib/flow/flow.js';
import { file } from '../../../lib/prompts/file.js';
import { promptStage } from '../../../lib/stages/prompt.js';
import { signInFlow } from '../../../lib/flows/sign-in.js';
import { signOutFlow } from '../../../lib/flows/sign-out.js';
import { waitlistFlow } from '../../../lib/flows/waitlist.js';
import { literal } from '../../../lib/flow/policy.js';
import { gallery } from '../../support/pages/gallery.js';
import { inviteFlow, issuesOf, warningsOf } from '../../support/pages/issues.js';
import { account, form, page, prompt, samplePages } from '../../support/pages/samples.js';
import { viewFolder } from '../../support/pages/view-folder.js';

const hidden = `<% for (const { name, value } of locals.form.hidden) { %><input type=hidden name='<%= name %>' value="<%= value %>"><% } %>`;
const inputs = `<% for (const { key, value, input, autocomplete } of locals.form.fields) { %><input type="<%= input %>" name="<%= key %>" aria-label="<%= key %>" value="<%= value %>" autocomplete="<%= autocomplete %>" required><% } %>`;
const beside = '<% for (const { errors } of locals.form.fields) { %><%= errors %><% } %>';
const model = prompt(account, { stage: 'account' });

/** What development says of an account page that an app wrote by itself. */
function saidOf(text: string, drawn = model): readonly string[] {
  const said: string[] = [];
  const views = viewFolder({ 'pages/prompt.ejs': text });
  try {
    samplePages({ views, cache: false, warn: (one) => void said.push(one) }).render(drawn);
  } catch (error) {
    said.push(`refused: ${error instanceof Error ? error.message : String(error)}`);
  }
  return said.map((one) =>
    one
      .replace(/(^|refused: )\S+prompt\.ejs:1: /, '$1')
      .replace('the page "pages/prompt" (flow "invite", stage "account") ', ''),
  );
}

const nowhere = { scriptSrc: [], styleSrc: [], imgSrc: [], fontSrc: [], frameSrc: [], connectSrc: [] };

describe('a page that was drawn', () => {
  const whole = (more = '') =>
    `<form method="post" action="<%= locals.form.action %>">${hidden}${inputs}<button>Go</button></form>${more}`;

  it('is not refused when its form is written in another way than the kit’s', () => {
    assert.deepEqual(saidOf(whole()), []);
    assert.deepEqual(saidOf(`<FORM METHOD='POST' id=f>${inputs}${hidden}</FORM><button form="f">Go</button>`), []);
    assert.deepEqual(saidOf(whole('<!-- <script>x()</script> --><script type="application/json">{}</script>')), []);
  });

  it('is told of passwords in clear text, and of names that lead to no element', () => {
    const untyped = inputs.replace(' type="<%= input %>"', '');
    const drawn = (text: string): string => saidOf(whole().replace(inputs, text)).join('\n');
    assert.equal(drawn(inputs), '');
    assert.match(drawn(untyped), /shows "password" while it is typed: write type="<%= field\.input %>"/);
    assert.match(
      drawn(inputs.replace('aria-label', 'aria-labelledby')),
      /draws the input "email" whose aria-labelledby leads to no text: give the id of an element with a text/,
    );
  });

  it('is refused in development without a form that the kit accepts', () => {
    const refused = (text: string, said: RegExp) => assert.match(saidOf(text)[0] ?? '', said);
    refused('<h1>Hello</h1>', /^refused: has no form: include\('\/elements\/form'\)/);
    refused(`<form method="post">${inputs}<button>Go</button></form>`, /^refused: .* hidden input "signature"/);
    refused(`<form method="post">${inputs}</form><div>${hidden}</div>`, /^refused: .* hidden input "signature"/);
    refused(`<!-- <form method="post">${hidden}</form> -->`, /^refused: has no form/);
    refused(`<form>${hidden}${inputs}<button>Go</button></form>`, /^refused: .* without method="post"/);
    refused(`<form method="post" action="/elsewhere">${hidden}</form>`, /^refused: .* sent to "\/elsewhere"/);
  });

  it('is refused when browsers send its form elsewhere, or in a way that is not read', () => {
    const refused = (text: string, said: RegExp, drawn = model) => assert.match(saidOf(text, drawn)[0] ?? '', said);
    const open = '<form action="/search"><input name="q"><button>Search</button>';
    refused(`${open}${whole()}`, /^refused: .* form within a form.* sent to "\/search"; close the outer one/);
    refused(`<form method="post">${hidden}<form></form>${inputs}<button>Go</button></form>`, /form within a form/);
    refused(`<form method="post"><form></form>${hidden}</form>`, /hidden input .* browsers ignore the inner one/);
    refused('<template>'.concat(whole(), '</template>'), /^refused: has no form/);
    refused(
      `<form method="post" id="f">${hidden.replace('<input', '<input form="g"')}</form>`,
      /hidden input "signature"/,
    );
    refused(`<fieldset disabled>${whole()}</fieldset>`, /hidden input "signature"/);
    refused(whole().replace('<form', '<form enctype="text/plain"'), /^refused: .* enctype="text\/plain"/);
    const button = (attributes: string) => whole().replace('<button', `<button ${attributes}`);
    refused(button('formmethod="get"'), /^refused: has a button that sends it without method="post"/);
    refused(button('formaction="/x"'), /^refused: has a button that sends it to "\/x"/);
    const upload = prompt([{ ...account[0], field_key: 'cv', type: 'file', input: 'file' }], { stage: 'account' });
    refused(whole(), /^refused: has a form that sends no files: write enctype=/, upload);
    assert.deepEqual(saidOf(whole().replace('<form', '<form enctype="<%= locals.form.enctype %>"'), upload), []);
  });

  it('is not refused for a second button that goes elsewhere, or controls outside its form', () => {
    const second = whole().replace('<button', '<button formaction="/draft">Save</button><button');
    assert.match(saidOf(second)[0] ?? '', /^has a button that sends it to "\/draft"/);
    const apart = `<form method="post" id="f">${hidden}</form>${inputs.replace('<input', '<input form="f"')}<button form="f">Go</button>`;
    assert.deepEqual(saidOf(apart), []);
    assert.deepEqual(saidOf(`<form action="/search"><button>Search</button></form>${whole()}`), []);
  });

  it('is warned of a required input that is disabled, itself or by its fieldset', () => {
    const off = (text: string) => saidOf(`<form method="post">${hidden}${text}<button>Go</button></form>`);
    const said = ['username', 'email', 'password', 'password_repeat'].map(
      (name) => `disables the input "${name}", which browsers then do not send: remove the attribute disabled`,
    );
    assert.deepEqual(off(inputs.replace('<input', '<input disabled')), said);
    assert.deepEqual(off(`<fieldset disabled>${inputs}</fieldset>`), said);
  });

  it('is warned of without a button, whatever the language switch has', () => {
    const others = '<button name="enrollment_locale" value="de">Deutsch</button><button name="resend">Again</button>';
    const said = ["has a form without a button: include('/elements/submit')"];
    assert.deepEqual(
      saidOf(`<form method="post">${hidden}${inputs}${others}<button disabled>Go</button></form>`),
      said,
    );
    const outside = others.replaceAll('<button', '<button form="f"');
    assert.deepEqual(saidOf(`<form method="post" id="f">${hidden}${inputs}</form>${outside}`), said);
  });

  it('is warned of without a button or a required input', () => {
    assert.deepEqual(
      saidOf(
        `<form method="post">${hidden}<input name="username" title="x" autocomplete="username" required><button type="button">x</button></form>`,
      ),
      [
        "has a form without a button: include('/elements/submit')",
        ...['email', 'password', 'password_repeat'].map(
          (name) =>
            `has no input for "${name}", which is required: include('/elements/field', { field }), or write <input name="${name}">`,
        ),
      ],
    );
  });

  it('is warned of inputs that lost what their field has, unless they say something else', () => {
    const drawn = (attributes: string) =>
      saidOf(whole().replace('autocomplete="<%= autocomplete %>" required', attributes));
    assert.deepEqual(drawn('')[1], 'draws the input "email" without required and autocomplete="email"');
    assert.deepEqual(drawn('required')[1], 'draws the input "email" without autocomplete="email"');
    assert.deepEqual(drawn('autocomplete="off" aria-required="true"'), []);
  });

  it('is warned of images without alt, and of code as an address', () => {
    const [image = '', ...others] = saidOf(`\n${whole()}\n<img class="<%= 'x' %>" src="/a.png"><img src="/b.png">`);
    assert.match(image, /pages\/prompt\.ejs:3: has an image without alt, of which screen readers say the address/);
    assert.deepEqual(others, []);
    assert.deepEqual(
      saidOf(
        whole('<img src="/a.png" alt=""><div aria-hidden="true"><img src="/a.png"></div><img role="none" src="/a">'),
      ),
      [],
    );
    for (const written of ['href="javascript:history.back()"', 'href=" java&#10;script:x()"'])
      assert.match(
        saidOf(whole(`<a ${written}>Back</a>`)).join(),
        /^has the address "javascript:…" in href, which the Content-Security-Policy blocks: move the code to a file/,
      );
    assert.deepEqual(saidOf(whole('<a href="/javascript:x">Back</a>')), []);
  });

  it('is warned of an order of the Tab key that the page does not show, once', () => {
    const said = saidOf(whole('<a href="/a" tabindex="2">A</a><p tabindex=" 1 ">B</p>'));
    assert.deepEqual(
      said.filter((text) => text.includes('tabindex')),
      [
        'has tabindex="2", which the Tab key reaches before everything else on the page: remove it, and put the elements in their order',
      ],
    );
    for (const value of ['0', '-1', '00', '', 'one'])
      assert.ok(
        !saidOf(whole(`<p tabindex="${value}">A</p>`))
          .join()
          .includes('tabindex'),
        value,
      );
  });

  it('is warned of addresses that are others below each page', () => {
    for (const [written, address] of [
      ['<a href="imprint">Imprint</a>', 'imprint'],
      ['<img src="../logo.svg" alt="">', '../logo.svg'],
      ['<link rel="stylesheet" href="brand.css">', 'brand.css'],
    ] as const)
      assert.deepEqual(
        saidOf(whole(written)).filter((text) => text.includes('below each page')),
        [`has the address "${address}", which is another file below each page: begin it with /`],
      );
    for (const address of ['/imprint', '#form', '?locale=de', 'https://acme.example', 'mailto:a@acme.example', ''])
      assert.ok(
        !saidOf(whole(`<a href="${address}">Imprint</a>`))
          .join()
          .includes('below each page'),
        address,
      );
  });

  it('is warned of a misspelled name in what the option locals returns', () => {
    const app = Object.freeze({ season: 'winter', user: undefined });
    const drawn = (name: string) => saidOf(whole(`<%= locals.app.${name} %>`), { ...model, app });
    assert.deepEqual(drawn('saeson'), ['locals.app has no "saeson"; did you mean "season"?']);
    for (const name of ['season', 'user', 'banner', 'toString'])
      assert.deepEqual(
        drawn(name).filter((text) => text.includes('locals.app')),
        [],
        name,
      );
  });

  it('is warned of when it keeps an error to itself', () => {
    const wrong = { ...model, form: form({ errors: { email: [literal('Not “an” address & so on.')] } }) };
    const [said = ''] = saidOf(whole(), wrong);
    assert.match(said, /^does not show the error of "Email address"/);
    const told = '<% for (const { errors } of locals.form.fields) { %><%= errors %><% } %>';
    assert.deepEqual(saidOf(whole(told), wrong), []);
  });

  it('is warned of what the Content-Security-Policy blocks', () => {
    const toFile = `move the code to a file, and allow it with csp: { scriptSrc: ["'self'"] }`;
    const toStylesheet = 'move it to a stylesheet of your own origin';
    const blocked = (what: string, advice: string) =>
      `has ${what}, which the Content-Security-Policy blocks: ${advice}`;
    assert.deepEqual(saidOf(whole('<script>x()</script><b onclick="x()">y</b>')), [
      blocked('a script within the page', toFile),
      blocked('the attribute onclick', toFile),
    ]);
    assert.deepEqual(saidOf(whole('<style>p{}</style><p style="color:red">x</p>')), [
      blocked('a stylesheet within the page', toStylesheet),
      blocked('the attribute style', toStylesheet),
    ]);
  });

  it('is warned of scripts that the policy does not allow, those of its own origin too', () => {
    const saidWith = (src: string, ...allowed: string[]) =>
      drawnProblems(`<script src="${src}"></script>`, null, {
        page: 'https://app.example/join/if/flow/',
        of: { ...nowhere, scriptSrc: ['https://app.example/join/if/assets/', ...allowed] },
      }).map(({ text }) => text);
    const said = (src: string, source: string) => [
      `has the script "${src}", which the Content-Security-Policy blocks: allow it with csp: { scriptSrc: [${source}] }`,
    ];
    assert.deepEqual(saidWith('/app.js'), said('/app.js', `"'self'"`));
    assert.deepEqual(saidWith('https://cdn.example/x.js'), said('https://cdn.example/x.js', `'https://cdn.example'`));
    assert.equal(saidWith('//cdn.example/x.js', "'self'").length, 1);
    assert.equal(saidWith('https://cdn.example/x.js', 'https://cdn.example/lib/').length, 1);
    assert.deepEqual(saidWith('/join/if/assets/a.js'), []);
    assert.deepEqual(saidWith('/app.js', "'self'"), []);
    assert.deepEqual(saidWith('https://cdn.example/lib/x.js', 'https://cdn.example/lib/'), []);
    assert.deepEqual(saidWith('https://a.cdn.example/x.js', 'https://*.cdn.example'), []);
  });

  it('is warned of stylesheets, images, fonts and frames that the policy does not allow', () => {
    const sources = {
      page: 'https://app.example/join/if/flow/',
      of: { ...nowhere, styleSrc: ["'self'"], imgSrc: ["'self'", 'data:', 'https://img.example'] },
    };
    const saidOf = (html: string) => drawnProblems(html, null, sources).map(({ text }) => text);
    const blocked = (what: string, advice: string) => [
      `has the ${what}, which the Content-Security-Policy blocks: ${advice}`,
    ];
    const allow = (directive: string, source: string) => `allow it with csp: { ${directive}: [${source}] }`;
    const cdn = 'https://cdn.example';
    for (const [html, what, directive] of [
      [`<link rel="stylesheet" href="${cdn}/a.css">`, `stylesheet "${cdn}/a.css"`, 'styleSrc'],
      [`<link rel="preload" as="font" href="${cdn}/a.woff2">`, `font "${cdn}/a.woff2"`, 'fontSrc'],
      [`<link rel="shortcut icon" href="${cdn}/a.ico">`, `image "${cdn}/a.ico"`, 'imgSrc'],
      [`<img src="${cdn}/a.png" alt="">`, `image "${cdn}/a.png"`, 'imgSrc'],
      [`<img src="/a.png" srcset="/b.png 1x, ${cdn}/c.png 2x" alt="">`, `image "${cdn}/c.png"`, 'imgSrc'],
      [`<iframe src="${cdn}/map"></iframe>`, `frame "${cdn}/map"`, 'frameSrc'],
    ] as const)
      assert.deepEqual(saidOf(html), blocked(what, allow(directive, `'${cdn}'`)), html);
    assert.deepEqual(
      saidOf('<link rel=preload as=font href=/a.woff2>'),
      blocked('font "/a.woff2"', allow('fontSrc', `"'self'"`)),
    );
    assert.deepEqual(
      saidOf('<base href="/x/"><link rel="manifest" href="/app.webmanifest"><script type="importmap">{}</script>'),
      [
        'has an element base, which the Content-Security-Policy blocks: write whole addresses or paths',
        'has the manifest "/app.webmanifest", which the Content-Security-Policy blocks: no setting of csp allows it',
        `has a script within the page, which the Content-Security-Policy blocks: move the code to a file, and ${allow('scriptSrc', `"'self'"`)}`,
      ],
    );
    assert.deepEqual(saidOf('<video src="/a.mp4"></video>'), blocked('video "/a.mp4"', 'no setting of csp allows it'));
    assert.deepEqual(
      saidOf('<link rel="stylesheet" href="data:text/css,a{}">'),
      blocked('stylesheet "data:text/css,a{}"', 'serve it as a file of your own origin'),
    );
    for (const html of [
      '<link rel="stylesheet" href="/a.css"><img src="?a.png" alt=""><img src="data:image/png;base64,AA" alt="">',
      '<img src="https://img.example/a.png" alt=""><link rel="canonical" href="https://cdn.example/"><a href="https://cdn.example/">x</a>',
      '<input name="src" title="x"><svg><image href="/a.svg"/></svg>',
    ])
      assert.deepEqual(saidOf(html), []);
  });

  it('is checked once in production, and shown', () => {
    const said: string[] = [];
    const views = viewFolder({ 'pages/prompt.ejs': '<h1>Hello</h1>' });
    const pages = samplePages({ views, warn: (one) => void said.push(one) });
    for (let count = 0; count < 3; count += 1) assert.match(pages.render(model), /<h1>Hello<\/h1>/);
    assert.equal(said.length, 1);
    assert.match(
      said[0] ?? '',
      /pages\/prompt\.ejs:1: the page "pages\/prompt" \(flow "invite", stage "account"\) has no form/,
    );
  });

  it('has no problem where an app with every flow of the kit adds a slot', () => {
    const flows = [
      inviteFlow,
      waitlistFlow({ slug: 'waitlist' }),
      signInFlow({ slug: 'sign-in' }),
      signOutFlow({ slug: 'sign-out' }),
    ];
    const views = viewFolder({ 'slots/footer.ejs': '<p>Hello</p>' });
    assert.deepEqual([...issuesOf(views, flows), ...warningsOf(views, ['en'], flows)], []);
  });

  it('has no problem in any state of the kit’s own', () => {
    const views = viewFolder({ 'elements/nothing.ejs': '' });
    const pages = samplePages({
      views,
      cache: false,
      warn: (text) => {
        throw new Error(text);
      },
    });
    for (const state of gallery.values()) pages.render(state);
    pages.render(page('pages/denied'));
  });
});

describe('the trial drawing at the start', () => {
  const elementOf = (attributes: string, change = (text: string): string => text): string =>
    viewFolder({
      'elements/field-text.ejs': change(
        `<p>\n<label for="<%= locals.field.id %>">x</label>\n<input ${attributes}>\n<span id="<%= locals.field.id %>-error"><%= locals.field.errors %></span></p>`,
      ),
    });
  const described =
    '<% if (locals.field.describedby) { %> aria-describedby="<%= locals.field.describedby %>"<% } %><% if (locals.field.invalid) { %> aria-invalid="true"<% } %>';
  const whole = `id="<%= locals.field.id %>" name="<%= locals.field.key %>" type="<%= locals.field.input %>" value="<%= locals.field.value %>" autocomplete="<%= locals.field.autocomplete %>"<% if (locals.field.required) { %> required<% } %>${described}`;

  for (const [what, attributes, said] of [
    [
      'name',
      whole.replace(/name="[^"]*"/, ''),
      /draws a field without an input that is sent for it: write name="<%= field\.key %>"$/,
    ],
    [
      'required',
      whole.replace(/<% if .*/, '') + described,
      /draws a required input without the attribute required: write <% if \(field\.required\)/,
    ],
    [
      'autocomplete',
      whole.replace(/autocomplete="[^"]*"/, ''),
      /draws an input that password managers do not find: write autocomplete="<%= field\.autocomplete %>"$/,
    ],
    [
      'value',
      whole.replace(/ value="[^"]*"/, ''),
      /loses what was typed into a field when an error is shown: write value="<%= field\.value %>"$/,
    ],
    [
      'aria-describedby',
      whole.replace(/<% if \(locals\.field\.describedby\).*?<% } %>/, ''),
      /draws an input whose help and errors screen readers do not say: write <% if \(field\.describedby\)/,
    ],
    [
      'an element that aria-describedby names',
      whole.replace('="<%= locals.field.describedby %>"', '="<%= locals.field.key %>-error"'),
      /draws an input whose aria-describedby leads to no element: write id="<%= field\.id %>-error" where the errors are$/,
    ],
    [
      'aria-invalid',
      whole.replace(/<% if \(locals\.field\.invalid\).*?<% } %>/, ''),
      /draws an input of which screen readers do not say that it is wrong: write <% if \(field\.invalid\)/,
    ],
    [
      'a label',
      whole.replace(/^id="[^"]*"/, ''),
      /draws an input without a name that screen readers say: write <label for=/,
    ],
  ] as const) {
    it(`tells an element without ${what}, once, with file and line`, () => {
      const views = elementOf(attributes);
      assert.deepEqual(issuesOf(views), []);
      const [one = '', ...others] = warningsOf(views);
      assert.deepEqual(others, []);
      assert.ok(one.startsWith(`${views}/elements/field-text.ejs:3: `), one);
      assert.match(one, said);
    });
  }

  it('tells what the Content-Security-Policy of the app blocks, once, with file and line', async () => {
    const views = viewFolder({
      'slots/head.ejs': `a\n<script src="https://cdn.example/a.js"></script>
<link rel="manifest" href="/app.webmanifest">
<base href="/x/">
<script type="importmap">{}</script>
<link rel="stylesheet" href="/own.css"><link rel="icon" href="https://img.example/a.ico">`,
    });
    const said: string[] = [];
    const options = {
      baseUrl: 'http://localhost:3000/join',
      ...memoryUsers(),
      login: sessionLogin(),
      flows: [inviteFlow],
      csp: { imgSrc: ['https://img.example'] },
      views,
    };
    const enrollment = createEnrollment({
      ...options,
      logger: { info: () => undefined, warn: (_data, text) => void said.push(text), error: () => undefined },
    });
    await enrollment.close();
    const lines = ['has an element base', 'has a script within the page', 'has the manifest', 'has the script'];
    const found = enrollment.views.check().map((one) => one.replace(`${views}/`, ''));
    assert.deepEqual(found.map((one) => one.replace(/(?: "[^"]*")?, which .*/, '')).toSorted(), [
      'slots/head.ejs:2: has the script',
      'slots/head.ejs:3: has the manifest',
      'slots/head.ejs:4: has an element base',
      'slots/head.ejs:5: has a script within the page',
    ]);
    for (const line of lines)
      assert.ok(
        said.some((text) => text.includes(line)),
        line,
      );
  });

  it('logs the same once in production, after the start', async () => {
    const views = viewFolder({ 'slots/header.ejs': '<%= locals.page.titel %>' });
    const said: string[] = [];
    const logged = (): readonly string[] => said.map((text) => text.replace(`${views}/`, ''));
    const enrollment = createEnrollment({
      baseUrl: 'https://app.example/join',
      production: true,
      secret: 'kJ8s02mXqz9LfR4tYb7NcWp1VhG5uEoD3aQiZx6T',
      redis: 'redis://127.0.0.1:1',
      ...memoryUsers(),
      login: sessionLogin(),
      flows: [inviteFlow],
      views,
      logger: {
        info: () => undefined,
        warn: (data, text) => void (Reflect.get(data, 'code') === 'WARN_VIEWS' && said.push(text)),
        error: () => undefined,
      },
    });
    assert.deepEqual(logged(), [], 'the start does not wait for it');
    await new Promise((resolve) => setImmediate(resolve));
    await enrollment.close();
    assert.deepEqual(logged(), [
      'some views are not what they seem:\n  - slots/header.ejs:1: locals.page has no "titel"; did you mean "title"?',
    ]);
  });

  it('has nothing against an element with all of them, or one of another kind of input', () => {
    assert.deepEqual(warningsOf(elementOf(whole)), []);
    assert.deepEqual(
      warningsOf(
        elementOf(whole, (text) => text.replace('<input', '<textarea').replace(/>\n<span/, '></textarea>\n<span')),
      ),
      [],
    );
    assert.deepEqual(warningsOf(elementOf(whole.replace(' required', ' aria-required="true"'))), []);
  });

  it('tells a form that is written by hand which answer has no input', () => {
    const views = viewFolder({
      'flows/invite/account/pages/prompt.ejs': `<%- include('/elements/errors') %>\n<form method="post" action="<%= locals.form.action %>">${hidden}<% for (const { key, value, input } of locals.form.fields.filter((one) => one.key !== 'email')) { %><input type="<%= input %>" name="<%= key %>" title="x" value="<%= value %>"><% } %>${beside}<button>Go</button></form>`,
    });
    assert.deepEqual(issuesOf(views), []);
    const said = warningsOf(views);
    assert.equal(said.length, 1);
    assert.match(
      said[0] ?? '',
      /account\/pages\/prompt\.ejs:2: the page "pages\/prompt" \(flow "invite", stage "account"\) has no input for "email", which is required: include/,
    );
  });

  it('tells what inputs of a page of one’s own lack for people, with file, line and field', () => {
    const hidden =
      '<% for (const one of locals.form.hidden) { %><input type="hidden" name="<%= one.name %>" value="<%= one.value %>"><% } %>';
    const page = (email: string): string =>
      viewFolder({
        'flows/invite/account/pages/prompt.ejs': `<form method="post">${hidden}
          <% for (const field of locals.form.fields.filter(({ key }) => key !== 'email')) { %><%- include(field.element, { field }) %><% } %>
          <% const email = locals.form.fields.find(({ key }) => key === 'email'); %><% if (email) { %>
          ${email}<% } %><%- include('/elements/errors') %><button>Go</button></form>`,
      });
    const good = '<label for="e">Email</label><input id="e" name="email" value="<%= email.value %>">';
    assert.deepEqual(warningsOf(page(good)), []);
    assert.deepEqual(issuesOf(page('<input name="email" value="<%= email.value %>">')), []);
    const [unnamed = '', ...others] = warningsOf(page('<input name="email" value="<%= email.value %>">'));
    assert.match(
      unnamed,
      /pages\/prompt\.ejs:\d: the page .* draws the input "email" without a name that screen readers say: write <label for=/,
    );
    assert.deepEqual(others, []);
    const lost = warningsOf(page('<input name="email" aria-label="Email">'));
    assert.match(lost.join('\n'), /loses what was typed into "email" when an error is shown: write value=/);
  });

  it('tells a page with a form of its own that shows no errors, or passwords in clear text', () => {
    const field = (type: string): string =>
      `<% for (const one of locals.form.fields) { %><label for="<%= one.id %>"><%= one.label %></label><input id="<%= one.id %>" name="<%= one.key %>" ${type} value="<%= one.value %>"><% } %>`;
    const said = (inputs: string, errors = ''): string =>
      warningsOf(
        viewFolder({ 'pages/prompt.ejs': `${errors}<form method="post">${hidden}${inputs}<button>Go</button></form>` }),
      ).join('\n');
    const shown = `<%- include('/elements/errors') %>${beside}`;
    const typed = 'type="<%= one.input %>"';
    assert.equal(said(field(typed), shown), '');
    assert.match(said(field(typed)), /^\S+pages\/prompt\.ejs:1: does not show an error of the form: include/m);
    const kits = "<% for (const field of locals.form.fields) { %><%- include('/elements/field', { field }) %><% } %>";
    assert.match(said(kits), /does not show an error of the form/);
    assert.doesNotMatch(said(kits), /does not show the error of/);
    assert.match(said(field(typed)), /does not show the error of "A label": print field\.errors/);
    const clear = said(field(''), shown);
    assert.match(clear, /the page .* shows "password" while it is typed: write type="<%= field\.input %>"/);
    assert.doesNotMatch(clear, /shows "(?:username|email|invite_code)"/);
  });

  it('tells a button outside the form whose attribute "form" leads to none, with file and line', () => {
    const folder = (id: string, button: string): string =>
      viewFolder({
        'pages/prompt.ejs': `<%- include('/elements/errors') %>${beside}
<form ${id} method="post">${hidden}${inputs}</form>
<button form="${button}">Go</button>`,
      });
    const kits = '<%= locals.form.id %>';
    const said = (views: string, languages: readonly string[] = ['en']): readonly string[] =>
      warningsOf(views, languages).map((text) => text.replace(`${views}/`, ''));
    assert.deepEqual(said(folder('id="mine"', 'mine')), []);
    assert.deepEqual(said(folder(`id="${kits}"`, kits)), [
      'pages/prompt.ejs:3: has a button with form="", the id of no form (locals.form.id is null on this page), so that a click does nothing: put it into the form, or give your form an id of its own',
    ]);
    assert.match(
      said(folder('id="mine"', 'other')).join('\n'),
      /:3: has a button with form="other", the id of no form, /,
    );
    const several = viewFolder({
      'pages/prompt.ejs': `<%- include('/elements/errors') %>${beside}<form id="${kits}" method="post">${hidden}${inputs}</form><button form="${kits}">Go</button><%- include('/elements/languages') %>`,
    });
    assert.deepEqual(said(several, ['en', 'de']), [], 'where the form has an id');
  });

  it('takes an empty id for none: it gives nothing a name', () => {
    const page = (inside: string): string =>
      viewFolder({
        'pages/prompt.ejs': `<%- include('/elements/errors') %>${beside}<form id="<%= locals.form.id %>" method="post">${hidden}${inside}</form>`,
      });
    assert.match(warningsOf(page(`${inputs}<button></button>`)).join('\n'), /a button without a name/);
    const placeholders = inputs.replaceAll('aria-label', 'placeholder');
    assert.match(
      warningsOf(page(`${placeholders}<button>Go</button>`)).join('\n'),
      /whose only name is its placeholder/,
    );
  });

  it('refuses a page whose form has no signature', () => {
    const views = viewFolder({
      'flows/invite/account/pages/prompt.ejs': `<form method="post">${inputs}<button>Go</button></form>`,
    });
    const issues = issuesOf(views);
    assert.equal(issues.length, 1);
    assert.match(
      issues[0] ?? '',
      /account\/pages\/prompt\.ejs:1: the page "pages\/prompt" \(flow "invite", stage "account"\) has no form with the hidden input "enrollment_step"/,
    );
  });

  it('names the file and the language of a page without a form, once for all flows', () => {
    const views = viewFolder({ 'pages/continue.fr.ejs': '<h1>x</h1>' });
    const flows = [inviteFlow, signOutFlow({ slug: 'sign-out' })];
    const issues = issuesOf(views, flows, { languages: ['en', 'fr'] });
    assert.equal(issues.length, 1);
    assert.match(
      issues[0] ?? '',
      /continue\.fr\.ejs:1: the page "pages\/continue" \(flow "invite", language "fr"\) has no form: /,
    );
    assert.deepEqual(issuesOf(views, flows), [], 'a language that is not offered');
    const layout = viewFolder({ 'layouts/stacked.ejs': '<html></html>' });
    const [first = '', ...others] = issuesOf(layout, flows);
    assert.match(first, /layouts\/stacked\.ejs:1: the page .* has no form/);
    assert.deepEqual(others, []);
  });

  it('reports a slot that fails on every page once', () => {
    const [first = '', ...others] = issuesOf(viewFolder({ 'slots/header.ejs': 'a\n<%= locals.page.nothing.here %>' }));
    assert.match(first, /slots\/header\.ejs:2: Cannot read properties of undefined \(reading 'here'\)\n/);
    assert.deepEqual(others, []);
  });

  it('refuses inputs of the app that have a name of the form, or of the kit', () => {
    for (const [name, said] of [
      ['enrollment_step', /two inputs named "enrollment_step"/],
      ['invite_code', /two inputs named "invite_code"/],
      ['enrollment_locale', /an input named "enrollment_locale", a name of the kit's own/],
    ] as const) {
      const issues = issuesOf(viewFolder({ 'slots/hidden-fields.ejs': `\n<input type="hidden" name="${name}">` }));
      assert.equal(issues.length, 1, name);
      assert.match(issues[0] ?? '', /slots\/hidden-fields\.ejs:2: the page "pages\/prompt"/);
      assert.match(issues[0] ?? '', said);
    }
    assert.deepEqual(issuesOf(viewFolder({ 'slots/hidden-fields.ejs': '<input type="hidden" name="_csrf">' })), []);
  });

  it('tells what is read of locals.app in an app without the option locals, and refuses what fails there', () => {
    const views = viewFolder({ 'slots/header.ejs': '<%= locals.app.season %>' });
    assert.deepEqual(
      warningsOf(views, ['en'], [inviteFlow], { locals: undefined }).map((text) => text.replace(`${views}/`, '')),
      ['slots/header.ejs:1: locals.app has no "season": there is no option "locals"'],
    );
    assert.deepEqual(warningsOf(views), []);
    const deep = viewFolder({ 'slots/header.ejs': '<%= locals.app.user.name %>' });
    assert.match(
      issuesOf(deep, [inviteFlow], { locals: undefined }).join('\n'),
      /slots\/header\.ejs:1: Cannot read properties of undefined \(reading 'name'\)/,
    );
    assert.deepEqual(issuesOf(deep), []);
  });

  it('refuses a form without enctype where a stage of the flow takes a file', () => {
    const flow = defineFlow({
      slug: 'apply',
      title: 'Apply',
      designation: 'stage_configuration',
      stages: [
        promptStage({
          name: 'cv',
          prompts: [file({ key: 'cv', label: 'CV', store: () => Promise.reject(new Error('no file')) })],
        }),
      ],
    });
    const views = (enctype: string) =>
      viewFolder({ 'pages/prompt.ejs': `<form method="post" ${enctype}>${hidden}${inputs}<button>Go</button></form>` });
    assert.match(issuesOf(views(''), [flow]).join('\n'), /has a form that sends no files: write enctype=/);
    assert.deepEqual(issuesOf(views('enctype="<%= locals.form.enctype %>"'), [flow]), []);
  });

  it('refuses a slot that leaves a form open, with file and line', () => {
    const views = viewFolder({ 'slots/header.ejs': '<p>Hi</p>\n<form action="/search"><input name="q">' });
    const issues = issuesOf(views);
    assert.ok(issues.length > 0);
    assert.match(issues[0] ?? '', /slots\/header\.ejs:2: the page .* has a form within a form/);
    assert.equal(issues.length, 1);
  });

  it('refuses a view that throws with the least or the most that a page can have', () => {
    const throws = (path: string, text: string) => issuesOf(viewFolder({ [path]: text })).join('\n');
    assert.match(
      throws('elements/notice.ejs', '\n<%= locals.page.notice.length %>'),
      /elements\/notice\.ejs:2: Cannot read properties of null/,
    );
    assert.match(
      throws('pages/denied.ejs', '<% if (locals.page.sources.length > 0) none() %>'),
      /pages\/denied\.ejs:1: none is not defined/,
    );
    assert.match(throws('layouts/stacked.ejs', '<%- include(locals.page.veiw) %>'), /layouts\/stacked\.ejs:1: /);
  });

  it('does not refuse what depends on the app’s own locals, and warns', () => {
    const text =
      '<%= new Date(locals.app.day).toISOString() %><%- include("/elements/errors") %><%- include("/elements/form") %>';
    const views = viewFolder({ 'pages/prompt.ejs': text });
    assert.deepEqual(issuesOf(views), []);
    assert.match(warningsOf(views).join('\n'), /pages\/prompt\.ejs:1: Invalid time value/);
    const fine =
      '<% for (const { name } of locals.app.items.map((x) => x)) { %><%= name.first %><% } %><%= locals.app.money(5) %>';
    const shop = viewFolder({
      'elements/submit.ejs': `<button>${fine}</button>`,
      'pages/noted.ejs': "<%= locals.text(locals.page.challenge.text) %><%- include('/elements/form') %>",
    });
    assert.deepEqual(issuesOf(shop), []);
    assert.deepEqual(warningsOf(shop), []);
  });

  it('finds nothing in the kit’s own views, copied as they are', () => {
    const copied = new URL('../../../../views', import.meta.url);
    assert.deepEqual(issuesOf(copied), []);
    assert.deepEqual(warningsOf(copied), []);
  });
});

describe('a page whose scripts its head leaves out', () => {
  const head =
    '<meta name="viewport" content="width=device-width"><title>x</title><link rel="stylesheet" href="<%= locals.stylesheet %>">';
  const saidWith = (
    drawn: typeof model,
    views: Readonly<Record<string, string>>,
    scripts = true,
  ): readonly string[] => {
    const said: string[] = [];
    try {
      samplePages({
        views: viewFolder(views),
        scripts,
        cache: false,
        warn: (one) => void said.push(one),
      }).render(drawn);
    } catch (error) {
      said.push(`refused: ${error instanceof Error ? error.message : String(error)}`);
    }
    return said;
  };
  const captcha = prompt(
    [{ ...account[0], field_key: 'captcha', type: 'captcha' }],
    { stage: 'captcha' },
    { captcha: { type: 'altcha', altcha: { parameters: {} } } },
  );

  it('is told, with the file, unless the app wants none', () => {
    assert.match(
      saidWith(model, { 'elements/head.ejs': head }).join('\n'),
      /elements\/head\.ejs:1: loads none of its scripts: print <script/,
    );
    assert.deepEqual(saidWith(model, { 'elements/head.ejs': head }, false), []);
    const loop = '<% for (const one of locals.scripts) { %><script type="module" src="<%= one %>?v=1"></script><% } %>';
    assert.deepEqual(saidWith(model, { 'elements/head.ejs': head + loop }), []);
  });

  it('is refused in development where it cannot work without one', () => {
    assert.match(
      saidWith(captcha, { 'elements/head.ejs': head }).join('\n'),
      /^refused: .*head\.ejs:1: .* does not load the script "captcha", without which its check is never complete/,
    );
    assert.deepEqual(saidWith(captcha, {}), []);
  });
});
