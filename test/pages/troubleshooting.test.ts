import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { pageTexts } from '../../lib/base/texts/pages.js';

describe('docs/troubleshooting.md', () => {
  it('quotes only sentences of the pages as symptoms', () => {
    const rows = readFileSync('docs/troubleshooting.md', 'utf8').split('\n');
    const symptoms = rows.filter((row) => row.startsWith('|')).map((row) => row.split('|')[1] ?? '');
    const quoted = symptoms.flatMap((symptom) => [...symptom.matchAll(/"([^"]+)"/g)].map(([, text]) => text));
    assert.ok(quoted.length > 2);
    const sentences = new Set<string | undefined>(Object.values(pageTexts));
    assert.deepEqual(
      quoted.filter((text) => !sentences.has(text)),
      [],
    );
  });
});
