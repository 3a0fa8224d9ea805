import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageRoot } from '#package-root';
import { describe, it } from 'mocha';
import ts from 'typescript';
import {
  createEnrollment,
  memoryConnections,
  memoryUsers,
  sessionLogin,
  type Flow,
  type SourceDefinition,
} from '../../lib/index.js';
import { connectionsTable } from '../../lib/sql.js';
import { reasons } from '../../lib/sources/reasons.js';
import { sourceIssues } from '../../lib/sources/source-registry.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { typeErrors } from '../support/type-check.js';

const read = (path: string): string => readFileSync(join(packageRoot, path), 'utf8');
const docs = read('docs/sso.md');
const blocks = (kind: string): readonly string[] =>
  [...docs.matchAll(new RegExp(`^\`\`\`${kind}\\n([^]*?)\`\`\``, 'gm'))].map(([, text = '']) => text);

/** The app code that the examples assume. */
const app = `
import type { Express } from 'express';
import type { Knex } from 'knex';
import type { Connections, Enrollment, Redemptions, UserStore } from 'express-enrollment';

declare global {
  interface Member { id: number; username: string | null; email: string | null; name: string | null; password: string | null; profile: object; entra_tid: string | null; entra_oid: string | null }
  interface Profile { id: string; email: string; verified: boolean }
  function isProfile(person: unknown): person is Profile;
  const app: Express;
  const knex: Knex;
  const pool: { query(sql: string, values: unknown[]): Promise<{ rows: object[] }> };
  const users: UserStore<Member>;
  const redemptions: Redemptions;
  const connections: Connections;
  const enrollment: Enrollment<Member>;
  const issuer: string;
  const clientId: string;
  const clientSecret: string;
  const appleKey: string;
}
`;

const appleKey = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
const given = `const [issuer, clientId, clientSecret] = ['https://id.acme.example', 'club', 'secret'];
const appleKey = ${JSON.stringify(appleKey.export({ type: 'pkcs8', format: 'pem' }))};`;

function folderOfAnApp(): (name: string, text: string) => string {
  const folder = temporaryFolder();
  symlinkSync(join(packageRoot, 'node_modules'), join(folder, 'node_modules'));
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  file('package.json', '{ "type": "module" }');
  return file;
}

/** Each value that an example creates under this name. */
async function made(name: string): Promise<readonly unknown[]> {
  const file = folderOfAnApp();
  const library = new URL('../../lib/index.js', import.meta.url).href;
  const entry = new URL('../../lib/sources.js', import.meta.url).href;
  const examples = blocks('ts').filter((text) => text.includes(`const ${name} = `) && !/^app\./m.test(text));
  const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
  return Promise.all(
    examples.map(async (text, at) => {
      const whole = `${given}\n${text.replaceAll("'express-enrollment'", `'${library}'`).replaceAll("'express-enrollment/sources'", `'${entry}'`)}\nexport default ${name};`;
      const { outputText } = ts.transpileModule(whole, { compilerOptions: options });
      const { default: value }: { readonly default: unknown } = await import(
        pathToFileURL(file(`${String(at)}.js`, outputText)).href
      );
      return value;
    }),
  );
}

describe('docs/sso.md', () => {
  it('has examples that compile', () => {
    const file = folderOfAnApp();
    const slip = `import { openIdConnectSource } from 'express-enrollment';\nopenIdConnectSource({ slug: 'acme', matching: 'email', issuer, clientId, clientSecret });\n`;
    const files = [...blocks('ts'), slip].map((text, at) => file(`example-${String(at + 1)}.ts`, text));
    assert.ok(files.length > 10);
    // Examples name their results and do not use them afterwards.
    const errors = typeErrors([file('app.ts', app), ...files], {}).filter((line) => !line.includes('never read'));
    assert.deepEqual(
      errors.filter((line) => !line.includes(`example-${String(files.length)}.ts`)),
      [],
    );
    assert.match(errors.join('\n'), /"email"/);
  });

  it('has sources without mistakes', async () => {
    for (const [name, howMany] of [
      ['google', 1],
      ['entra', 1],
      ['github', 1],
      ['acme', 2],
    ] as const) {
      const sources = (await made(name)) as readonly SourceDefinition[];
      assert.equal(sources.length, howMany, name);
      // One by one: two examples may use the same slug.
      for (const source of sources) assert.deepEqual(sourceIssues([source]), [], name);
    }
    const [providers] = (await made('providers')) as readonly (readonly SourceDefinition[])[];
    assert.equal(providers?.length, 9);
    assert.deepEqual(sourceIssues(providers), []);
  });

  it('has flows with which an app starts', async () => {
    const [[google], [flows], [gate]] = await Promise.all([made('google'), made('flows'), made('gate')]);
    for (const chosen of [flows, [gate]]) {
      const connections = memoryConnections();
      const enrollment = createEnrollment({
        baseUrl: 'http://127.0.0.1:9',
        ...memoryUsers({ connections }),
        login: sessionLogin(),
        sources: [google as SourceDefinition],
        connections,
        flows: chosen as readonly Flow[],
        logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
      });
      await enrollment.close();
    }
  });

  it('shows the table as the kit creates it', () => {
    const shown = blocks('sql')[0]?.replace(/;\s*$/, '');
    assert.equal(shown, connectionsTable({ dialect: 'postgresql' }).trim());
  });

  it('explains every reason once, and no other', () => {
    const [, table = ''] = /\n\| `reason`[^]*?\n\|[^]*?\n([^]*?)\n\n/.exec(docs) ?? [];
    const cells = table.split('\n').map((row) => row.split('|')[1] ?? '');
    const named = cells.flatMap((cell) => [...cell.matchAll(/`([a-z_.]+)`/g)].map(([, reason]) => reason));
    assert.deepEqual(named.sort(), Object.keys(reasons).sort());
  });
});
