import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installed, type Consumer } from '../../package/consumer.js';
import { runProgram } from './run-program.js';

export interface TypeCheck {
  readonly module: string;
  readonly moduleResolution: string;
  /**
   * The extensions of the consumer's sources: `.mts` is an ES module, `.cts` is CommonJS, `.ts` is as package.json
   * says.
   */
  readonly endings: readonly string[];
  /** The compiler's package; default `typescript`. */
  readonly compiler?: 'typescript' | 'typescript-7';
  /** More compiler options. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/**
 * Compiles the consumer's typed app and library under `strict`, and checks the declarations of all libraries too.
 * Returns the files that the compiler read.
 * @throws Error with the compiler's words
 */
export async function typeCheck(consumer: Consumer, check: TypeCheck): Promise<readonly string[]> {
  const folder = join(consumer.folder, `types-${check.moduleResolution}`);
  for (const name of ['app', 'library'])
    for (const ending of check.endings)
      cpSync(join(consumer.folder, `types/${name}.ts`), join(folder, `${name}${ending}`));
  const { module, moduleResolution, more } = check;
  const compilerOptions = {
    target: 'es2022',
    module,
    moduleResolution,
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    // Reports types without a name that a declaration could use.
    declaration: true,
    noEmit: true,
    listFiles: true,
    ...more,
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
  const args = ['--project', folder, '--pretty', 'false'];
  const { text } = await runProgram(consumer, join(installed, check.compiler ?? 'typescript', 'bin/tsc'), {
    args,
    traced: false,
  });
  rmSync(folder, { recursive: true });
  return text.split('\n').filter((line) => line !== '');
}
