import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '#package-root';
import { describe, it } from 'mocha';
import { accountOf } from '../support/account.js';
import { startExampleApp } from '../support/guards/example-app.js';
import { form } from '../support/html-form.js';
import { RawClient } from '../support/raw-client.js';

const examples = join(packageRoot, 'examples');
const names = readdirSync(examples).filter((name) => /^(templates|look)-/.test(name));

describe('the examples of docs/frameworks.md', () => {
  it('are all named in it', () => {
    const page = readFileSync(join(packageRoot, 'docs/frameworks.md'), 'utf8');
    assert.ok(names.length >= 3);
    assert.deepEqual(
      names.filter((name) => !page.includes(`(../examples/${name}/server.js)`)),
      [],
    );
  });

  for (const name of names) {
    it(`${name}: from the printed code to a signed-in user, every page in the app's own look`, async () => {
      const server = await startExampleApp([name]);
      try {
        const [, page = '', code = ''] = /Open http:\/\/[^/]+(\S+) and type (\S+)/.exec(server.stdout()) ?? [];
        const visitor = new RawClient(server.url);
        for (const answers of [{ invite_code: code }, accountOf('framework')]) {
          const shown = (await visitor.get(page)).text;
          assert.match(shown, /<!doctype html>[^]*<title>[^<]+ · Kopi Club<\/title>[^]*Kopi Club[^]*<form/);
          assert.match(shown, name.startsWith('look-') ? /class="[^"]*\b(btn|rounded-md)\b/ : /<nav class="club-nav">/);
          for (const [, path = ''] of shown.matchAll(/<link rel="stylesheet" href="([^"]+)"/g))
            assert.equal((await visitor.get(path)).status, 200, path);
          const answer = await visitor.post(page, { ...form(shown).hidden, ...answers });
          assert.equal(answer.status, 303, answer.text);
        }
        assert.match((await visitor.get('/')).text, /Hello, framework\./);
        assert.match((await visitor.get('/join/if/flow/none/')).text, /Kopi Club/);
        assert.doesNotMatch(server.stdout() + server.stderr(), /WARN_VIEWS|a view failed/);
      } finally {
        await server.stop();
      }
    });
  }
});
