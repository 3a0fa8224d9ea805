import type { Problems } from '../problems.js';
import { readBlueprint, type BlueprintDocument } from './document.js';
import { memberOf, type Tree } from './tree.js';

export interface ReadFile {
  readonly file: string;
  readonly text: string;
  readonly problems: Problems;
}

interface Ordered {
  readonly document: BlueprintDocument;
  readonly problems: Problems;
}

/**
 * The files that can be read, each behind those that it asks for. `isPartial`: a file or an entry is missing, or not where
 * it is asked for; `lacksFiles`: a file is missing. Files that ask for each other are refused.
 */
export function inOrder(files: readonly ReadFile[]): {
  readonly documents: readonly Ordered[];
  readonly isPartial: boolean;
  readonly lacksFiles: boolean;
} {
  const read = files.flatMap(({ text, problems }): readonly Ordered[] => {
    const document = readBlueprint(text, problems);
    return document === null ? [] : [{ document, problems }];
  });
  const ordered = new Set<Ordered>();
  let hasRing = false;
  for (const one of read) place(one, []);
  const lacksFiles = read.length < files.length;
  const isPartial = lacksFiles || hasRing || read.some((one) => one.document.isPartial);
  return { documents: [...ordered], isPartial, lacksFiles };

  function place(one: Ordered, above: readonly Ordered[]): void {
    if (ordered.has(one)) return;
    if (above.includes(one)) {
      hasRing = true;
      one.problems.add('refused', { line: 1, column: 1 }, 'the file asks for files that ask for it');
      return;
    }
    for (const name of askedFor(one.document))
      for (const other of read) if (isCalled(other.document, name)) place(other, [...above, one]);
    ordered.add(one);
  }
}

function isCalled({ name, file }: BlueprintDocument, asked: string): boolean {
  return name === asked || file === asked;
}

/** The names and paths in entries of the model `metaapplyblueprint`. */
function askedFor({ entries }: BlueprintDocument): readonly string[] {
  return entries.flatMap(({ model, attrs }) => {
    if (textIn(model ?? undefined) !== 'authentik_blueprints.metaapplyblueprint' || attrs?.type !== 'mapping')
      return [];
    const identifiers = memberOf(attrs, 'identifiers')?.value;
    if (identifiers?.type !== 'mapping') return [];
    return ['name', 'path'].flatMap((key) => textIn(memberOf(identifiers, key)?.value) ?? []);
  });
}

function textIn(tree: Tree | undefined): string | null {
  return tree?.type === 'scalar' && typeof tree.value === 'string' ? tree.value : null;
}
