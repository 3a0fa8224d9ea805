import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { didYouMean, misspelled } from '../../lib/base/did-you-mean.js';

const suggested = (given: string, ...known: readonly string[]): string =>
  /"(.*)"/.exec(didYouMean(given, known))?.[1] ?? '';

describe('a name that was probably meant', () => {
  it('is near what was typed', () => {
    assert.equal(suggested('titel', 'title', 'text'), 'title');
    assert.equal(suggested('herf', 'href'), 'href');
    assert.equal(suggested('promt', 'prompt', 'continue'), 'prompt');
    assert.equal(suggested('remember-me', 'rememberMe'), 'rememberMe');
    assert.equal(suggested('user', 'username', 'email'), 'username');
    assert.equal(suggested('DE', 'en', 'de'), 'de');
    assert.equal(misspelled('lable', ['label', 'links']), 'label');
  });

  it('is none where half of it would have to be another', () => {
    assert.equal(suggested('fr', 'en', 'ar', 'pt-BR'), '');
    assert.equal(suggested('x', 'y'), '');
    assert.equal(suggested('sign-in', 'recovery'), '');
    assert.equal(misspelled('nl', ['pl', 'no']), null);
    assert.equal(misspelled('id', ['to']), null);
  });
});
