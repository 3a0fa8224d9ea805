import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { english } from '../../lib/base/texts/english.js';
import { shippedTags, shippedTexts } from '../../lib/pages/languages/shipped-languages.js';
import { commandLine } from '../support/cli/command-line.js';

const configuration = `export default {
  baseUrl: 'http://localhost:3000/join',
  languages: ['en', 'de'],
  ownMessages: { 'club.footer': 'Club {name}', 'club.motto': 'Read' },
  messages: { 'form.submit': 'Next', de: { 'club.footer': 'Verein {name}' }, nl: { 'form.submit': 'Verder' } },
};
`;

describe('the command messages', () => {
  it('lists the sentences of the app in each language', async () => {
    const cli = commandLine(configuration);
    const standard = await cli.json(['messages', 'list']);
    assert.deepEqual(standard, {
      ...english,
      'form.submit': 'Next',
      'club.footer': 'Club {name}',
      'club.motto': 'Read',
    });
    const german = await cli.run(['messages', 'list', 'de']);
    assert.equal(german.code, 0);
    assert.match(german.out, /form\.submit +Weiter/);
    assert.match(german.out, /club\.footer +Verein \{name\}/);
    assert.match(german.out, /club\.motto +Read/);
  });

  it('names what a language lacks, and ends with 1 if there is anything', async () => {
    const cli = commandLine(configuration);
    const german = await cli.run(['messages', 'missing', 'de']);
    assert.equal(german.code, 1);
    assert.match(german.out, /club\.motto +Read\n$/);
    assert.doesNotMatch(german.out, /club\.footer|form\.submit/);
    const complete = await cli.run(['messages', 'missing', 'en']);
    assert.deepEqual([complete.code, complete.out], [0, 'No sentence is missing.\n']);
    const dutch = await cli.json(['messages', 'missing', 'nl']);
    // The kit's and two of the app's, less the one that it has.
    assert.equal(Object.keys(Object(dutch)).length, Object.keys(english).length + 1);
  });

  it('writes a file to translate, with what the language has already', async () => {
    const { out } = await commandLine(configuration).run(['messages', 'template', 'nl']);
    const template: unknown = JSON.parse(out);
    assert.deepEqual(template, {
      ...english,
      'form.submit': 'Verder',
      'club.footer': 'Club {name}',
      'club.motto': 'Read',
    });
  });

  it('knows the sentences of the kit without a configuration; no shipped language lacks one', async () => {
    const cli = commandLine(null);
    assert.deepEqual(await cli.json(['messages', 'list', 'ja']), shippedTexts('ja'));
    for (const tag of shippedTags()) {
      const { code, out } = await cli.run(['messages', 'missing', tag]);
      assert.deepEqual([code, out], [0, 'No sentence is missing.\n'], tag);
    }
    for (const tag of ['xx', 'nl']) {
      const { code, out, err } = await cli.run(['messages', 'list', tag]);
      assert.deepEqual([code, out], [1, ''], tag);
      assert.match(err, new RegExp(`there is no sentence in the language '${tag}'.*"messages template ${tag}" writes`));
    }
    const wrong = await cli.run(['messages', 'list', 'german!']);
    assert.equal(wrong.code, 2);
    assert.match(wrong.err, /'german!' is no language tag/);
  });
});
