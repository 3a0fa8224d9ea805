import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '#package-root';
import { describe, it } from 'mocha';
import * as prompts from '../../lib/prompts.js';

const docs = readFileSync(join(packageRoot, 'docs/prompts.md'), 'utf8');

describe('docs/prompts.md', () => {
  it('names every factory of the entry, with its type', () => {
    for (const name of Object.keys(prompts))
      assert.ok(docs.includes(`\`${name}\``) || docs.includes(`\`${name}(`), name);
    for (const type of [
      'text_area',
      'radio-button-group',
      'date-time',
      'ak-locale',
      'alert_danger',
      'text_area_read_only',
    ])
      assert.ok(docs.includes(`\`${type}\``), type);
  });
});
