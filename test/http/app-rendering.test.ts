import assert from 'node:assert/strict';
import express from 'express';
import { mock } from 'node:test';
import { afterEach, describe, it } from 'mocha';
import request from 'supertest';
import { accountOf } from '../support/account.js';
import { openTestApp, type TestApp, type TestAppOptions } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { viewFolder, writeViews } from '../support/pages/view-folder.js';

type Render = NonNullable<TestAppOptions['render']>;

const layout = `<!doctype html><html lang="<%= model.lang %>"><head><title><%= model.page.documentTitle %></title></head><body><nav>Shop</nav><%- html %></body></html>`;

describe('the option render', () => {
  let app: TestApp;
  afterEach(() => app.close());

  const withEngine = (text: string, render: Render, more: TestAppOptions = {}): Promise<TestApp> => {
    const folder = viewFolder({});
    writeViews(folder, { 'shop.ejs': text });
    return openTestApp({
      render,
      before: (server) => void server.set('views', folder).set('view engine', 'ejs'),
      ...more,
    });
  };
  const ways: Readonly<Record<string, Render>> = {
    'res.render': (_req, res, model, html) => {
      res.render('shop', { model, html });
    },
    'res.end': (_req, res, { lang, page }, html) => {
      res.end(`<html lang="${lang}"><title>${page.documentTitle}</title><nav>Shop</nav>${html}</html>`);
    },
    'a string': (_req, _res, { lang, page }, html) =>
      `<html lang="${lang}"><title>${page.documentTitle}</title><nav>Shop</nav>${html}</html>`,
    'a promise': async (_req, _res, { lang, page }, html) =>
      `<html lang="${lang}"><title>${page.documentTitle}</title><nav>Shop</nav>${html}</html>`,
  };

  for (const [way, render] of Object.entries(ways)) {
    it(`shows the pages in the app's own layout, from the code to the account: ${way}`, async () => {
      app = await withEngine(layout, render);
      const visitor = new Visitor(app);
      const first = await visitor.get(app.page);
      assert.equal(first.status, 200);
      assert.match(first.text, /<html lang="en">[^]*<nav>Shop<\/nav>[^]*<form[^]*name="enrollment_step"/);
      assert.doesNotMatch(first.text, /<main/);
      await visitor.enterCode((await app.enrollment.invitations.create()).code);
      const wrong = await visitor.submit({ ...accountOf('own'), email: 'none' });
      assert.equal(wrong.status, 422);
      assert.match(wrong.text, /<nav>Shop<\/nav>[^]*aria-invalid="true"/);
      assert.equal((await visitor.submit(accountOf('own'))).status, 303);
      assert.equal(app.members.length, 1);
    });
  }

  it('whose language switch stands above the form gets links in it, and is told', async () => {
    app = await openTestApp({
      languages: ['de', 'en'],
      render: (_req, _res, model, html) =>
        `<html><title>x</title>${model.include('/elements/languages')}${html}</html>`,
    });
    const visitor = new Visitor(app);
    await visitor.get(app.page);
    const later = (await visitor.get(app.page)).text;
    assert.match(later, /<a [^>]*href="[^"]*\?locale=de"/);
    assert.doesNotMatch(later, /name="enrollment_locale"/);
    assert.ok(app.log.some(({ text }) => text.includes('has a language switch or a "Cancel" of plain links')));
  });

  it('without the form is told of that, and not of its language switch', async () => {
    app = await openTestApp({
      languages: ['de', 'en'],
      render: (_req, _res, model) => `<html><title>x</title>${model.include('/elements/languages')}</html>`,
    });
    await new Visitor(app).get(app.page);
    const said = app.log.map(({ fields, text }) => `${text} ${String(fields['err'])}`);
    assert.ok(
      said.some((text) => text.includes('has no form')),
      said.join('\n'),
    );
    assert.ok(!said.some((text) => text.includes('language switch')), said.join('\n'));
  });

  it('whose layout loads no script of the kit is told, and one that loads them is not', async () => {
    const scriptsOf = (model: Parameters<Render>[2]): string =>
      model.scripts.map((path) => `<script type="module" src="${path}"></script>`).join('');
    for (const [loads, said] of [
      [false, 1],
      [true, 0],
    ] as const) {
      app = await openTestApp({
        render: (_req, _res, model, html) => `<html><title>x</title>${loads ? scriptsOf(model) : ''}${html}</html>`,
      });
      assert.equal((await request(app.url).get(app.page)).status, 200);
      assert.equal(app.log.filter(({ text }) => text.includes('loads none of its scripts')).length, said);
      if (!loads) await app.close();
    }
  });

  it('that answers with another status, or a redirect, is told once, with the view', async () => {
    const saidOf = async (render: Render): Promise<readonly string[]> => {
      app = await openTestApp({ render });
      for (let count = 0; count < 2; count += 1) await request(app.url).get(app.page);
      const said = app.log.map(({ text }) => text).filter((text) => text.includes('by the option render'));
      await app.close();
      return said;
    };
    const page = 'the page "pages/prompt" (flow "invite", stage "invite-code") is answered by the option render with';
    const other = [`${page} status 201 and not with 200, and is not checked: leave the status as it is`];
    assert.deepEqual(await saidOf((_req, res) => res.status(201).send('no form here')), other);
    assert.deepEqual(
      await saidOf((_req, res) => {
        res.statusCode = 201;
        res.write('no form');
        res.end(' here');
      }),
      other,
    );
    assert.deepEqual(
      await saidOf((_req, res) => {
        res.redirect('/');
      }),
      [`${page} a redirect, so that visitors never see it: redirect in a middleware in front of the kit`],
    );
    assert.deepEqual(await saidOf((_req, res, _model, html) => res.send(html)), []);
    app = await openTestApp();
  });

  it('that returns the page without a layout, or in one without a title, is told once', async () => {
    const ways: readonly (readonly [Render, RegExp])[] = [
      [(_req, _res, _model, html) => html, /is no whole document, only its content: put it into a layout/],
      [(_req, _res, _model, html) => `<html lang="en">${html}</html>`, /\) has no title: write <title>/],
    ];
    for (const [render, said] of ways) {
      app = await openTestApp({ render });
      for (let count = 0; count < 2; count += 1) assert.equal((await request(app.url).get(app.page)).status, 200);
      assert.equal(app.log.filter(({ text }) => said.test(text)).length, 1, String(said));
      await app.close();
    }
    app = await openTestApp();
  });

  it('gives refusals their status, and headers that belong to them', async () => {
    app = await withEngine(layout, ways['res.render']!);
    const { status, headers, text } = await request(app.url).get('/if/flow/none/');
    assert.equal(status, 404);
    assert.match(text, /<nav>Shop<\/nav>/);
    assert.equal(headers['cache-control'], 'no-store');
    assert.match(String(headers['content-security-policy']), /default-src 'none'/);
    assert.equal(headers['etag'], undefined);
  });

  it('whose layout leaves the page out is told in development', async () => {
    app = await withEngine('<html><h1>Shop</h1></html>', ways['res.render']!);
    const { status, text } = await request(app.url).get(app.page);
    assert.equal(status, 500);
    assert.match(text, /has no form: include/);
    assert.match(app.log.find(({ level }) => level === 'error')?.text ?? '', /has no form/);
  });

  for (const [how, render] of Object.entries<Render>({
    returns: () => '<html><h1>Shop</h1></html>',
    resolves: async () => '<html><h1>Shop</h1></html>',
    ends: (_req, res) => void res.end('<html><h1>Shop</h1></html>'),
  })) {
    it(`that ${how} without the page is told in development`, async () => {
      app = await openTestApp({ render });
      assert.match((await request(app.url).get(app.page)).text, /has no form: include/);
    });
  }

  for (const [what, render] of Object.entries<Render>({
    throws: () => {
      throw new Error('no layout');
    },
    rejects: () => Promise.reject(new Error('no layout')),
  })) {
    it(`that ${what} is answered with a plain page, and logged`, async () => {
      app = await openTestApp({ render });
      const { status, text, headers } = await request(app.url).get(app.page);
      assert.equal(status, 500);
      assert.match(text, /Something went wrong/);
      assert.ok(app.log.some((entry) => entry.text === 'a view failed: no layout'));
      assert.equal([headers['set-cookie'] ?? []].flat().length, 1);
    });
  }

  for (const [what, render] of Object.entries<Render>({
    'a number': (() => 5) as never,
    'a promise of a number': (async () => 5) as never,
  })) {
    it(`that returns ${what} is answered with a plain page, and logged`, async () => {
      app = await openTestApp({ render });
      assert.equal((await request(app.url).get(app.page)).status, 500);
      assert.ok(
        app.log.some(({ text }) => text.startsWith('a view failed: the option render returned a number: call')),
      );
    });
  }

  for (const [what, render] of Object.entries<Render>({
    nothing: () => undefined,
    'a promise of nothing': async () => undefined,
    'a promise that never settles': () => new Promise(() => undefined),
  })) {
    it(`that returns ${what} and sends nothing ends in a plain page, and a later answer does no harm`, async () => {
      mock.timers.enable({ apis: ['setTimeout'] });
      try {
        let late: (() => void) | undefined;
        let began: () => void = () => undefined;
        const begun = new Promise<void>((resolve) => {
          began = resolve;
        });
        app = await openTestApp({
          render(req, res, model, html) {
            late = () => void res.status(200).send(html);
            setImmediate(began);
            return render(req, res, model, html);
          },
        });
        const answer = request(app.url).get(app.page).then();
        await begun;
        mock.timers.tick(10_000);
        const { status, text } = await answer;
        assert.equal(status, 500);
        assert.match(text, /Something went wrong/);
        late?.();
        assert.ok(app.log.some((entry) => entry.text.includes('gave no answer within 10 seconds')));
      } finally {
        mock.timers.reset();
      }
    });
  }

  it('may send its page later', async () => {
    app = await openTestApp({
      render: (_req, res, _model, html) => void setImmediate(() => res.send(`<html>${html}</html>`)),
    });
    const { status, text } = await request(app.url).get(app.page);
    assert.equal(status, 200);
    assert.match(text, /^<html>[^]*<form/);
  });

  it('whose template fails reaches the error handler of the app', async () => {
    app = await withEngine('<%= missing.name %>', ways['res.render']!, {
      after: (server) =>
        void server.use(((error, _req, res, _next) => {
          res.status(500).send(`shop: ${String(error).includes('missing is not defined')}`);
        }) satisfies express.ErrorRequestHandler),
    });
    const { status, text } = await request(app.url).get(app.page);
    assert.deepEqual([status, text], [500, 'shop: true']);
  });
});

describe('a CSRF middleware of the app', () => {
  it('accepts the kit’s forms with the token in the slot hidden-fields', async () => {
    const refused: string[] = [];
    const app = await openTestApp({
      views: viewFolder({
        'slots/hidden-fields.ejs': '<input type="hidden" name="_csrf" value="<%= locals.app.csrf %>">',
      }),
      locals: () => ({ csrf: 'token-of-the-app' }),
      before(server) {
        server.use(express.urlencoded({ extended: false }), (req, res, next) => {
          const given: unknown = Object(req.body)['_csrf'];
          if (req.method !== 'POST' || given === 'token-of-the-app') next();
          else {
            refused.push(req.path);
            res.status(403).end();
          }
        });
      },
    });
    try {
      const visitor = new Visitor(app);
      await visitor.get(app.page);
      await visitor.enterCode((await app.enrollment.invitations.create()).code);
      assert.equal((await visitor.submit(accountOf('csrf'))).status, 303);
      assert.deepEqual(refused, []);
      assert.equal(app.members.length, 1);
    } finally {
      await app.close();
    }
  });
});
