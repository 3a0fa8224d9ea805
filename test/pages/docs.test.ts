import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '#package-root';
import { describe, it } from 'mocha';
import { account, page, prompt, samplePages } from '../support/pages/samples.js';
import { sourceButton } from '../support/pages/source-gallery.js';
import { viewFolder } from '../support/pages/view-folder.js';

const docs = readFileSync(join(packageRoot, 'docs/templates.md'), 'utf8');

describe('docs/templates.md', () => {
  it('is written from the types of the locals, the views and their classes', () => {
    execFileSync(process.execPath, ['scripts/template-tables.mjs', '--check'], { cwd: packageRoot });
  });

  it('lists everything that a template gets', () => {
    const list = (path: string): string =>
      `<%= Object.keys(${path}).map((key) => '${path.replace(/^locals\.(?=\w)/, '')}.' + key) %>,`;
    const views = viewFolder({
      'layouts/stacked.ejs': `${list('locals')}${list('locals.page')}${list('locals.form')}<% const field = locals.form.fields[0]; %>${list('field')}`,
    });
    const names = samplePages({ views }).render(prompt(account)).replaceAll('&#39;', "'").split(',').filter(Boolean);
    assert.ok(names.length > 35);
    assert.deepEqual(
      names.filter((name) => !docs.includes(`\`${name}\``) && !docs.includes(`\`${name}(`)),
      [],
    );
  });

  it('lists every property of the stylesheet', () => {
    const properties = new Set(
      [...samplePages().stylesheet.body.matchAll(/--enrollment(-[a-z-]+):/g)].map(([, name]) => name),
    );
    assert.deepEqual(
      [...properties].filter((name) => !docs.includes(`${name}\``)),
      [],
    );
  });

  it('has a working example', () => {
    const files = [...docs.matchAll(/```ejs\n<%# views\/(\S+) -%>\n([^]*?)```/g)].map(([, path = '', text = '']) => [
      path,
      text,
    ]);
    assert.equal(files.length, 5);
    const pages = samplePages({ views: viewFolder(Object.fromEntries(files)) });
    const html = pages.render(prompt(account, { app: { season: 'autumn' } }));
    assert.match(
      html,
      /src="\/pictures\/autumn\.jpg"[^]*Welcome to the club[^]*name="signature"[^]*Join Acme<\/button>[^]*Imprint/,
    );
    const other = pages.render(page('pages/denied'));
    assert.match(other, /href="\/brand\.css"[^]*Imprint/);
    assert.doesNotMatch(other, /club|sources/);
    const sources = [sourceButton('acme', 'Acme', { icon: '/acme.svg' }), sourceButton('bare', 'Example')];
    assert.match(
      pages.render(page('pages/denied', { sources })),
      /id="source-acme" href="\/join\/source\/acme\/login">\s*<img src="\/acme\.svg" alt="Continue with Acme"[^]*class="enrollment-source" id="source-bare"[^>]*>\s*Continue with Example/,
    );
  });
});
