import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageRoot } from '#package-root';
import { after, before, describe, it } from 'mocha';
import ts from 'typescript';
import type { AskingStage, Messages, Policy, Prompt, SilentStage } from '../../lib/index.js';
import {
  defineFlow,
  inviteCode,
  inviteCodePrompt,
  promptStage,
  text,
  userLogin,
  username,
  userWrite,
} from '../../lib/index.js';
import type { EphemeralStore } from '../../lib/ports.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { form } from '../support/html-form.js';
import { RawClient, type RawAnswer } from '../support/raw-client.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { typeErrors } from '../support/type-check.js';

const docs = readFileSync(join(packageRoot, 'docs/extending.md'), 'utf8');

/** The files of the examples, by the name in their first line. */
function examples(language: string, name: RegExp): ReadonlyMap<string, string> {
  const fences = docs.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)\`\`\``, 'gm'));
  return new Map(Array.from(fences, ([, code = '']) => [name.exec(code)?.[1] ?? '', code]));
}

const files = examples('ts', /^\/\/ (\S+)/);
const views = examples('ejs', /^<%# views\/(\S+)/);

interface Examples {
  readonly days: (settings: object) => Prompt;
  readonly size: (settings: object) => Prompt;
  readonly rules: (settings: object) => AskingStage;
  readonly captcha: (settings: object) => AskingStage;
  readonly sendCode: (settings: object) => SilentStage;
  readonly phoneCode: Policy;
  readonly ephemeralStore: () => EphemeralStore;
  readonly de: Messages;
}

interface Walk {
  page: RawAnswer;
  read(): Promise<void>;
  send(fields: Readonly<Record<string, string>>): Promise<RawAnswer>;
}

function folderOfAnApp(): string {
  const folder = temporaryFolder();
  symlinkSync(join(packageRoot, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  mkdirSync(join(folder, 'views/pages'), { recursive: true });
  for (const [name, code] of views) writeFileSync(join(folder, 'views', name), code);
  return folder;
}

async function run(folder: string): Promise<Examples> {
  const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
  const library = new URL('../../lib/', import.meta.url).href;
  const modules: object[] = [];
  for (const [name, code] of files) {
    if (name.endsWith('.test.ts')) continue;
    const { outputText } = ts.transpileModule(code.replaceAll("'express-enrollment'", `'${library}index.js'`), {
      compilerOptions: options,
    });
    const file = join(folder, name.replace('.ts', '.js'));
    writeFileSync(file, outputText);
    modules.push((await import(pathToFileURL(file).href)) as object);
  }
  return Object.assign({}, ...modules) as Examples;
}

describe('docs/extending.md', () => {
  const folder = folderOfAnApp();
  const sent = new Map<string, string>();
  const accounts: unknown[] = [];
  let testApp: TestApp;
  let isProviderAway = false;

  before(async () => {
    const { days, size, rules, captcha, sendCode, phoneCode, ephemeralStore, de } = await run(folder);
    const verify = async (token: string): Promise<boolean> => {
      if (isProviderAway) throw new Error('the provider is away');
      return token === 'human';
    };
    const send = async (phone: string, code: string): Promise<void> => {
      if (isProviderAway) throw new Error('the provider is away');
      sent.set(phone, code);
    };
    const flow = defineFlow({
      slug: 'club',
      title: 'Club',
      designation: 'enrollment',
      stages: [
        rules({ name: 'rules', title: 'Our rules' }),
        captcha({ name: 'captcha', siteKey: 'key-1', verify }),
        promptStage({
          name: 'about',
          prompts: [
            days({ key: 'days', label: 'Days' }),
            size({ key: 'size', label: 'Size' }),
            text({ key: 'phone', label: 'Phone' }),
          ],
        }),
        sendCode({ name: 'send', send }),
        promptStage({
          name: 'phone',
          prompts: [text({ key: 'phone_code', label: 'Code' })],
          validation: [phoneCode],
        }),
        promptStage({
          name: 'invite',
          prompts: [inviteCodePrompt(), username({ key: 'username', label: 'Username' })],
          validation: [inviteCode()],
        }),
        userWrite({ name: 'write', attributes: ['days', 'size', 'phone'] }),
        userLogin({ name: 'login' }),
      ],
    });
    testApp = await openTestApp({
      flows: [flow],
      messages: { de },
      stores: { ephemeral: ephemeralStore() },
      views: join(folder, 'views'),
    });
    const { create } = testApp.users;
    testApp.users.create = (account, redemption) => {
      accounts.push(account.data);
      return create(account, redemption);
    };
  });
  after(() => testApp.close());

  /** A visitor whose pages may load a third party's script. */
  async function begin(language = ''): Promise<Walk> {
    const client = new RawClient(testApp.url);
    const headers = { 'Accept-Language': language };
    const walk: Walk = {
      page: await client.get(testApp.page, headers),
      read: async () => void (walk.page = await client.get(testApp.page)),
      async send(fields) {
        return client.post(testApp.page, { ...form(walk.page.text).hidden, ...fields });
      },
    };
    return walk;
  }

  it('has examples that compile', () => {
    assert.equal(files.size, 7);
    const names = [...files].map(([name, code]) => {
      const globals = name.endsWith('.test.ts') ? `import { it } from 'mocha';\n` : '';
      writeFileSync(join(folder, name), globals + code);
      return join(folder, name);
    });
    const slip = join(folder, 'slip.ts');
    writeFileSync(slip, (files.get('de.ts') ?? '').replace("'Weiter'", '7'));
    const errors = typeErrors([...names, slip]);
    assert.equal(errors.length, 1, errors.join('\n'));
    assert.match(errors[0] ?? '', /slip\.ts.*'number'/);
  });

  it('has examples that work together, and fail as it says', async () => {
    const walk = await begin('de');
    assert.match(walk.page.text, /Seid freundlich/);
    await walk.read();
    assert.match(walk.page.text, /Our rules[^]*Be kind\. No advertising\.[^]*>I agree</);
    const step = async (fields: Readonly<Record<string, string>>, status: number): Promise<string> => {
      const answer = await walk.send(fields);
      assert.equal(answer.status, status, answer.text);
      if (status === 303) await walk.read();
      return status === 303 ? walk.page.text : answer.text;
    };
    assert.match(await step({}, 303), /data-sitekey="key-1"/);
    assert.match(
      String(walk.page.headers['content-security-policy']),
      /script-src [^;]*https:\/\/captcha\.example\/api/,
    );

    assert.match(await step({ captcha: '' }, 422), /We couldn’t confirm that you’re human/);
    assert.match(await step({ captcha: 'robot' }, 422), /We couldn’t confirm that you’re human/);
    isProviderAway = true;
    await step({ captcha: 'human' }, 500);
    isProviderAway = false;
    assert.match(await step({ captcha: 'human' }, 303), /Monday[^]*<select/);

    assert.match(await step({ days: 'sat', size: '2', phone: '1' }, 422), /Choose one from the list/);
    isProviderAway = true;
    await step({ days: 'tue', size: '2', phone: '1' }, 500);
    isProviderAway = false;
    assert.match(await step({ days: 'tue', size: '2', phone: '1' }, 303), /name="phone_code"/);
    assert.match(await step({ phone_code: 'wrong' }, 422), /That code isn’t right/);
    await step({ phone_code: sent.get('1') ?? '' }, 303);
    const { code } = await testApp.enrollment.invitations.create();
    await step({ invite_code: code, username: 'ann' }, 303);
    assert.deepEqual(accounts, [{ days: ['tue'], size: 2, phone: '1' }]);
  });

  it('limits the tries of a code', async () => {
    const walk = await begin();
    for (const fields of [{}, { captcha: 'human' }, { days: 'mon', size: '1', phone: '2' }]) {
      await walk.send(fields);
      await walk.read();
    }
    for (let times = 0; times < 5; times += 1) assert.equal((await walk.send({ phone_code: 'wrong' })).status, 422);
    const over = await walk.send({ phone_code: sent.get('2') ?? '' });
    assert.equal(over.status, 429);
    assert.match(over.text, /Too many tries\. Try again in 10 min\./);
  });
});
