import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import ts from 'typescript';

export interface GeneratedPrisma {
  /** The folder of the generated TypeScript, with `client.ts` in it. */
  readonly folder: string;
  /** The generated client's class, which needs an adapter. */
  load(): Promise<unknown>;
}

const made: string[] = [];
process.once('exit', () => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/**
 * Runs `prisma generate` for the models, with PostgreSQL as their database; the client is deleted when the process
 * ends.
 */
export function generatePrisma(models: string): GeneratedPrisma {
  // Beside the compiled tests, so that the client finds its packages.
  const folder = mkdtempSync(join(fileURLToPath(new URL('.', import.meta.url)), 'prisma-'));
  made.push(folder);
  const output = join(folder, 'prisma');
  const schema = join(folder, 'schema.prisma');
  writeFileSync(schema, `${header(output)}\n${models}`);
  const cli = createRequire(import.meta.url).resolve('prisma/build/index.js');
  execFileSync(process.execPath, [cli, 'generate', '--schema', schema], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...process.env,
      // Generating needs no schema engine, which would be fetched from the network.
      PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true',
      PRISMA_ENGINES_CHECKSUM_IGNORE_MISSING: '1',
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      CHECKPOINT_DISABLE: '1',
    },
  });
  return {
    folder: output,
    async load() {
      if (!existsSync(join(output, 'client.js'))) transpile(output);
      const client = (await import(pathToFileURL(join(output, 'client.js')).href)) as { PrismaClient: unknown };
      // The generated code makes this a global variable.
      Reflect.deleteProperty(globalThis, '__dirname');
      return client.PrismaClient;
    },
  };
}

function header(output: string): string {
  return `generator client {
  provider            = "prisma-client"
  output              = ${JSON.stringify(output)}
  moduleFormat        = "esm"
  importFileExtension = "js"
}
datasource db {
  provider = "postgresql"
}
`;
}

function transpile(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!entry.endsWith('.ts')) continue;
    const file = join(folder, entry);
    const { outputText } = ts.transpileModule(readFileSync(file, 'utf8'), {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
    });
    writeFileSync(join(dirname(file), file.slice(file.lastIndexOf('/') + 1).replace(/\.ts$/, '.js')), outputText);
  }
}
