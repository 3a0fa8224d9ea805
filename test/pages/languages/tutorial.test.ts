import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageRoot } from '#package-root';
import { describe, it } from 'mocha';
import {
  defineFlow,
  promptStage,
  userWrite,
  username,
  type EnrollmentOptions,
  type MemoryUser,
  type Stage,
} from '../../../lib/index.js';
import { openTestApp } from '../../support/http/test-app.js';
import { Visitor } from '../../support/http/visitor.js';

interface Tutorial {
  readonly stage: Stage;
  readonly options: Pick<EnrollmentOptions<MemoryUser>, 'languages' | 'messages' | 'ownMessages'>;
}

describe('docs/translations.md', () => {
  it('leads to a page in German, by its steps as they are written', async () => {
    const page = readFileSync(join(packageRoot, 'docs/translations.md'), 'utf8');
    const steps = page.slice(page.indexOf('## German, from start to end'), page.indexOf('## Which language'));
    const blocks = [...steps.matchAll(/```ts\n([^]*?)```/g)].map(([, code = '']) => code);
    const [offer = '', , sentences = '', stage = '', translated = ''] = blocks;
    assert.equal(blocks.length, 5);
    assert.match(steps, /`userWrite\(\{ name: 'write', attributes: \['nickname'\] \}\)`/);
    const folder = mkdtempSync(join(tmpdir(), 'tutorial-'));
    const kit = pathToFileURL(join(packageRoot, '.build/lib/index.js')).href;
    const write = (name: string, code: string): void => {
      writeFileSync(join(folder, name), code.replaceAll("'express-enrollment'", `'${kit}'`));
    };
    const languages = offer.match(/languages: .*/)?.[0] ?? '';
    try {
      writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
      write('sentences.js', sentences);
      write(
        'app.js',
        `${stage.replace('promptStage({\n', 'export const stage = promptStage({\n')}
export const options = { ${languages}\n${translated} };`,
      );
      const { stage: nickname, options }: Tutorial = await import(pathToFileURL(join(folder, 'app.js')).href);
      const flow = defineFlow({
        slug: 'invite',
        title: 'Join',
        designation: 'enrollment',
        stages: [
          nickname,
          promptStage({ name: 'account', prompts: [username({ key: 'username', label: 'Name' })] }),
          userWrite({ name: 'write', attributes: ['nickname'] }),
        ],
      });
      const testApp = await openTestApp({ ...options, registration: 'open', flows: [flow] });
      try {
        const visitor = new Visitor(testApp);
        const shown = (await visitor.get('/if/flow/invite/', { 'Accept-Language': 'de' })).text;
        assert.match(shown, /<html lang="de"[^]*Spitzname[^]*So sehen dich die anderen\./);
      } finally {
        await testApp.close();
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
