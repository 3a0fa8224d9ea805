import { join } from 'node:path';
import { packageRoot } from '#package-root';
import ts from 'typescript';

/**
 * The errors that TypeScript reports in the files under the project's own strict options, one line each.
 * @param files absolute paths
 * @param paths locations of modules that are not installed
 */
export function typeErrors(
  files: readonly string[],
  paths: Readonly<Record<string, readonly string[]>> = {},
): string[] {
  const config = ts.getParsedCommandLineOfConfigFile(
    join(packageRoot, 'tsconfig.json'),
    {},
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined },
  );
  const own = { noEmit: true, incremental: false, rootDir: '/', sourceMap: false };
  const mapped = Object.fromEntries(Object.entries(paths).map(([name, seats]) => [name, [...seats]]));
  const options: ts.CompilerOptions = { ...config?.options, ...own, paths: { ...config?.options.paths, ...mapped } };
  const program = ts.createProgram([...files], options);
  // What they import is checked by the build.
  const sources = files.map((file) => program.getSourceFile(file));
  return [
    ...program.getOptionsDiagnostics(),
    ...program.getGlobalDiagnostics(),
    ...sources.flatMap((source) => [
      ...program.getSyntacticDiagnostics(source),
      ...program.getSemanticDiagnostics(source),
    ]),
  ].map(
    ({ file, start, messageText }) =>
      `${file === undefined ? '' : `${file.fileName}:${file.getLineAndCharacterOfPosition(start ?? 0).line + 1} `}${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
  );
}
