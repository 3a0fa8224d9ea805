import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import ts from 'typescript';

// What a file of lib/ exports is used by another file, or is public. The package's root stays small enough to be read.
const entries = [
  'lib/index.ts',
  ...[
    'client',
    'flow-files',
    'flows',
    'policies',
    'ports',
    'prompts',
    'python',
    'sources',
    'sql',
    'stages',
    'testing/index',
    'tickets',
  ].map((name) => `lib/${name}.ts`),
];
const mostNames = 120;

const files = ['lib', 'test', 'examples', 'bench'].flatMap(sourcesIn);
const used = new Map(files.map(({ path }) => [path, new Set(entries.includes(path) ? ['*'] : [])]));
for (const file of files) noteImports(file);

const problems = files
  .filter(({ path }) => path.startsWith('lib/') && !used.get(path).has('*'))
  .flatMap(({ path, source }) =>
    exportsOf(source)
      .filter((name) => !used.get(path).has(name))
      .map((name) => `${path}: no other file uses "${name}"`),
  );
const names = exportsOf(files.find(({ path }) => path === entries[0]).source);
if (names.length > mostNames) problems.push(`${entries[0]} exports ${names.length} names, more than ${mostNames}`);

for (const problem of problems) console.error(problem);
console.log(`${names.length} public names, ${problems.length} exports that should not be`);
process.exitCode = problems.length > 0 ? 1 : 0;

function sourcesIn(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.ts') && !name.includes('node_modules'))
    .map((name) => join(folder, name))
    .map((path) => ({ path, source: ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ES2022) }));
}

function noteImports({ path, source }) {
  const note = (specifier, name) => {
    if (!specifier || !ts.isStringLiteralLike(specifier)) return;
    used.get(normalize(join(dirname(path), specifier.text.replace(/\.js$/, '.ts'))))?.add(name);
  };
  visit(source);

  function visit(node) {
    if (ts.isImportDeclaration(node)) noteNames(node.moduleSpecifier, node.importClause?.namedBindings);
    if (ts.isExportDeclaration(node)) noteNames(node.moduleSpecifier, node.exportClause);
    if (ts.isImportTypeNode(node)) note(node.argument.literal, node.qualifier?.text ?? '*');
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) note(node.arguments[0], '*');
    ts.forEachChild(node, visit);
  }

  function noteNames(specifier, bindings) {
    if (!bindings || !bindings.elements) note(specifier, '*');
    else for (const element of bindings.elements) note(specifier, (element.propertyName ?? element.name).text);
  }
}

function exportsOf(source) {
  return source.statements.flatMap((statement) => {
    if (ts.isExportDeclaration(statement)) return statement.exportClause?.elements?.map(({ name }) => name.text) ?? [];
    if (!statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return [];
    if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.map(({ name }) => name.text);
    return [statement.name.text];
  });
}
