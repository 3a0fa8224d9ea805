import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { packageRoot } from '#package-root';
import { pythonPolicy } from '../../lib/python.js';
import { openScene } from '../support/executor/scene.js';
import { question } from '../support/prompts/question.js';

const folder = join(packageRoot, '../shared/blueprints');

/** The expressions of a file, which are blocks of text. */
function expressionsIn(yaml: string): readonly string[] {
  return [...yaml.matchAll(/^( *)(?:expression|initial_value): \|\n((?:\1 .*\n|\n)+)/gm)].map(([, , block = '']) => {
    const indent = /^ */.exec(block)?.[0].length ?? 0;
    return block
      .split('\n')
      .map((line) => line.slice(indent))
      .join('\n');
  });
}

describe('the expressions of authentik’s own flow files', () => {
  it('are all accepted, and run for a visitor and for a signed-in user', async function () {
    // The files are not part of the project.
    if (!existsSync(folder)) return this.skip();
    const files = readdirSync(folder, { recursive: true })
      .map(String)
      .filter((name) => name.endsWith('.yaml'));
    const expressions = files.flatMap((name) => expressionsIn(readFileSync(join(folder, name), 'utf8')));
    assert.ok(expressions.length >= 10, String(expressions.length));
    const scene = openScene();
    const at = question(
      { prompt_data: { username: 'ann', email: 'ann@example.com', name: 'Ann' }, is_sso: true },
      scene,
    );
    const profile = { id: 'u1', username: 'ann', email: 'ann@example.com', name: 'Ann', active: true };
    const profiles = { ...at.services.profiles, find: () => Promise.resolve(profile) };
    for (const expression of expressions) {
      const policy = pythonPolicy(expression);
      const signedIn = {
        ...at,
        facts: { ...at.facts, user: 'u1' },
        services: { ...at.services, profiles },
        answers: {},
      };
      assert.equal(typeof (await policy.check(signedIn)).pass, 'boolean', expression);
      if (!expression.includes('get_system_settings'))
        assert.equal(typeof (await policy.check({ ...at, answers: {} })).pass, 'boolean', expression);
    }
  });
});
