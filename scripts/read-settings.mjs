import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

// Reads factories, their settings and comments from the sources, without a type check: that takes seconds.

/** The file of each name that an entry such as lib/flows.ts exports. */
export function filesOf(entry) {
  return new Map(
    sourceOf(entry)
      .statements.filter(({ exportClause }) => exportClause !== undefined)
      .flatMap((node) =>
        node.exportClause.elements
          .filter(({ isTypeOnly }) => !isTypeOnly && !node.isTypeOnly)
          .map(({ name }) => [name.text, fileAt(entry, node.moduleSpecifier.text)]),
      ),
  );
}

/** What an exported function or stage does, and its settings: `{ name, required, text, type }` each. */
export function readFactory(file, name) {
  const node = declarationOf(file, name);
  const comment = ts.getJSDocCommentsAndTags(node)[0];
  return { text: textOf(comment), settings: settingsOf(node) };
}

function settingsOf(node) {
  if (ts.isFunctionDeclaration(node)) {
    const type = node.parameters.at(-1)?.type;
    return type === undefined ? [] : membersOf(type);
  }
  const [type] = node.declarationList.declarations[0].initializer.typeArguments ?? [];
  return type === undefined ? [] : membersOf(type);
}

function membersOf(type) {
  const file = type.getSourceFile().fileName;
  if (ts.isTypeLiteralNode(type)) return type.members.map(settingOf);
  if (ts.isIntersectionTypeNode(type)) return type.types.flatMap(membersOf);
  // `Parameters<typeof stage>[0]`
  if (ts.isIndexedAccessTypeNode(type))
    return settingsOf(declarationOf(file, type.objectType.typeArguments[0].exprName.text));
  const name = (type.typeName ?? type.expression)?.text;
  const [inner, keys] = type.typeArguments ?? [];
  if (name === 'Partial') return membersOf(inner).map((setting) => ({ ...setting, required: false }));
  if (name === 'Pick') return membersOf(inner).filter((setting) => namesIn(keys).includes(setting.name));
  if (name === 'Omit') return membersOf(inner).filter((setting) => !namesIn(keys).includes(setting.name));
  if (name === undefined) return [];
  const named = declarationOf(file, name);
  if (ts.isTypeAliasDeclaration(named)) return membersOf(named.type);
  const parents = (named.heritageClauses ?? []).flatMap(({ types }) => types);
  return [...named.members.map(settingOf), ...parents.flatMap(membersOf)];
}

function settingOf(member) {
  return {
    name: member.name.text,
    required: member.questionToken === undefined,
    text: textOf(ts.getJSDocCommentsAndTags(member)[0]),
    type: member.type,
  };
}

/** The names in a union of texts: `'a' | 'b'`. */
export function namesIn(type) {
  if (ts.isTypeReferenceNode(type))
    return namesIn(declarationOf(type.getSourceFile().fileName, type.typeName.text).type);
  return (ts.isUnionTypeNode(type) ? type.types : [type]).map((part) => part.literal?.text);
}

function declarationOf(file, name) {
  const source = sourceOf(file);
  for (const node of source.statements) {
    if (node.name?.text === name) return node;
    if (ts.isVariableStatement(node) && node.declarationList.declarations[0].name.text === name) return node;
    const imports = ts.isImportDeclaration(node) ? (node.importClause?.namedBindings?.elements ?? []) : [];
    if (imports.some((element) => element.name.text === name))
      return declarationOf(fileAt(file, node.moduleSpecifier.text), name);
  }
  throw new Error(`${file} has no ${name}`);
}

function fileAt(file, specifier) {
  return join(file, '..', specifier.replace(/\.js$/, '.ts'));
}

const sources = new Map();

function sourceOf(file) {
  const known = sources.get(file);
  if (known !== undefined) return known;
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022, true);
  sources.set(file, source);
  return source;
}

function textOf(comment) {
  return (ts.getTextOfJSDocComment(comment?.comment) ?? '').replace(/\s+/g, ' ').trim();
}
