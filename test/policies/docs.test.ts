import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageRoot } from '#package-root';
import { before, describe, it } from 'mocha';
import ts from 'typescript';
import type { Context } from '../../lib/flow/context.js';
import type { Flow } from '../../lib/flow/flow.js';
import type { Answers, Policy } from '../../lib/flow/policy.js';
import { checkFlows } from '../../lib/flow/check-flow.js';
import { conditionalOperators } from '../../lib/policies/conditional-operators.js';
import { conditionalVariables } from '../../lib/policies/conditional-variables.js';
import * as policies from '../../lib/policies.js';
import { openScene } from '../support/executor/scene.js';
import { question } from '../support/prompts/question.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const docs = readFileSync(join(packageRoot, 'docs/policies.md'), 'utf8');
const files = new Map(
  Array.from(docs.matchAll(/^```ts\n\/\/ (\S+)\n([^]*?)```/gm), ([, name = '', code = '']) => [name, code]),
);
const folder = temporaryFolder();
const found = new Map<string, unknown>();
const scene = openScene();
const at = question({}, scene);

async function passes(name: string, context: Context = {}, answers: Answers = {}): Promise<boolean> {
  const policy = found.get(name) as Policy;
  return (await policy.check({ ...at, context, answers })).pass;
}

describe('docs/policies.md', () => {
  before(async () => {
    symlinkSync(join(packageRoot, 'node_modules'), join(folder, 'node_modules'));
    mkdirSync(join(folder, 'run'));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    const library = new URL('../../lib/', import.meta.url).href;
    for (const [name, code] of files) {
      writeFileSync(join(folder, name), code);
      const { outputText } = ts.transpileModule(
        code
          .replaceAll("'express-enrollment/python'", `'${library}python.js'`)
          .replaceAll("'express-enrollment/policies'", `'${library}policies.js'`)
          .replaceAll("'express-enrollment'", `'${library}index.js'`),
        { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext } },
      );
      const file = join(folder, 'run', name.replace('.ts', '.js'));
      writeFileSync(file, outputText);
      for (const [key, value] of Object.entries((await import(pathToFileURL(file).href)) as object))
        found.set(`${name}:${key}`, value);
    }
  });

  it('has a flow without mistakes', () => {
    assert.deepEqual(checkFlows([found.get('flow.ts:flow') as Flow], { registration: 'invite-only' }), []);
  });

  it('has policies that decide as it says', async () => {
    assert.equal(await passes('own.ts:noRoot', {}, { username: 'root' }), false);
    assert.equal(await passes('cel.ts:colleagues', {}, { email: 'ann@example.com' }), true);
    assert.equal(await passes('cel.ts:colleagues', {}, { email: 'ann@other.example' }), false);
    assert.equal(typeof (await passes('cel.ts:staffAtNight')), 'boolean');
    assert.equal(await passes('conditional.ts:adults', { prompt_data: { age: 18 } }), true);
    assert.equal(await passes('conditional.ts:adults', { prompt_data: { age: 17 } }), false);
    assert.equal(await passes('conditional.ts:adults'), false);
    assert.equal(await passes('python.ts:fromWork', {}, { email: 'ann@example.com' }), true);
    assert.equal(await passes('python.ts:fromWork', {}, { email: 'ann@other.example' }), false);
    assert.equal(await passes('passwords.ts:classes', {}, { password: 'velvet tram' }), false);
    assert.equal(await passes('passwords.ts:unused', {}, { password: 'velvet tram' }), true);
    assert.equal(await passes('passwords.ts:fresh'), true);
    assert.equal(await passes('people.ts:staff'), false);
    assert.equal(await passes('reputation.ts:suspicious'), false);
    assert.equal(await passes('places.ts:inEurope'), true);
    assert.equal(await passes('others.ts:failedLogin'), true);
    assert.equal(await passes('others.ts:never'), false);
  });

  it('names every policy, variable and operator', () => {
    const names = [...Object.keys(policies), ...conditionalVariables.keys(), ...conditionalOperators.keys()];
    assert.deepEqual(
      names.filter((name) => !docs.includes(`\`${name}`)),
      [],
    );
  });
});
