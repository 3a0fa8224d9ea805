import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '#package-root';
import { startServer, type ChildServer } from '../child-server.js';
import { freePort } from '../free-port.js';
import { temporaryFolder } from '../temporary-folder.js';

/** Runs one of the examples that are apps of their own, as CommonJS on Express 4, with the kit as compiled here. */
export async function startExampleApp(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<ChildServer> {
  return startServer(exampleStart, { args, env: exampleEnvironment(await freePort(), env) });
}

/** The program that starts such an example; its first argument is the folder. */
export const exampleStart = join(packageRoot, 'examples/start.mjs');

export function exampleEnvironment(
  port: number,
  env: Readonly<Record<string, string | undefined>> = {},
): Readonly<Record<string, string | undefined>> {
  const compiled = fileURLToPath(new URL('../../..', import.meta.url));
  return { KIT: kitIn(compiled), COMPILED: relative(packageRoot, compiled), PORT: String(port), ...env };
}

// A package whose `require` returns the compiled modules.
function kitIn(compiled: string): string {
  const folder = join(temporaryFolder(), 'express-enrollment');
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "name": "express-enrollment", "main": "./index.js" }');
  for (const entry of ['index.js', 'sql.js'])
    writeFileSync(join(folder, entry), `module.exports = require(${JSON.stringify(join(compiled, 'lib', entry))});`);
  return folder;
}
