import { EnrollmentError } from '../base/error.js';
import type { AdmittedSource } from '../ports/admitted-source.js';
import type { NamedSource, SourceDefinition } from '../ports/source-definition.js';
import type { Source, SourceParts } from '../ports/source.js';

/** What pages and rules need to know of a source, of whichever kind. */
export interface SourceLook extends NamedSource {
  readonly kind: (Source | AdmittedSource)['kind'];
  /** The app's own path where a button leads; `null` where a button leads to us, and where there is none. */
  readonly loginPath: string | null;
  /** The app's own switch, asked anew each time. */
  enabled(): Promise<boolean>;
}

/** The sources of one app. */
export interface Sources {
  /** Those that send people to a provider, in the order of the configuration. */
  readonly all: readonly Source[];
  /** Those of both kinds, in the order of the configuration. */
  readonly looks: readonly SourceLook[];
  /** Of those that send people to a provider. */
  get(slug: string): Source | null;
  /** Of those whose sign-in the app runs itself. */
  admitted(slug: string): AdmittedSource | null;
  /** The source whose provider answers at this path below the mount. */
  atCallback(path: string): Source | null;
}

/** What no source may share with another one, each with its path. */
export function sourceIssues(definitions: readonly SourceDefinition[]): readonly string[] {
  const paths = definitions.map((definition) => (definition.kind === 'admitted' ? null : definition.callbackPath));
  return [
    ...repeated(
      'slug',
      definitions.map(({ slug }) => slug),
    ),
    ...repeated('callbackPath', paths),
  ];
}

function repeated(what: string, values: readonly (string | null)[]): readonly string[] {
  return values.flatMap((value, at) =>
    value === null || values.indexOf(value) === at ? [] : [`sources[${at}]: "${what}" is another one's, too: ${value}`],
  );
}

/** @throws ERR_ENROLLMENT_CONFIG with all mistakes of all sources */
export function createSources(definitions: readonly SourceDefinition[], parts: SourceParts): Sources {
  const issues = sourceIssues(definitions);
  if (issues.length > 0)
    throw new EnrollmentError('ERR_ENROLLMENT_CONFIG', `the sources are not right: ${issues.join('; ')}`, { issues });
  const opened = definitions.map((definition) =>
    definition.kind === 'admitted' ? definition.open(parts) : definition.open(parts),
  );
  const all = opened.filter((source) => source.kind !== 'admitted');
  const admitted = opened.filter((source) => source.kind === 'admitted');
  const bySlug = new Map(all.map((source) => [source.slug, source]));
  const byPath = new Map(all.map((source) => [source.callbackPath, source]));
  const admittedBySlug = new Map(admitted.map((source) => [source.slug, source]));
  return Object.freeze<Sources>({
    all: Object.freeze(all),
    looks: Object.freeze(opened.map(lookOf)),
    get: (slug) => bySlug.get(slug) ?? null,
    admitted: (slug) => admittedBySlug.get(slug) ?? null,
    atCallback: (path) => byPath.get(path) ?? null,
  });
}

function lookOf(source: Source | AdmittedSource): SourceLook {
  const { slug, name, icon, kind, terms } = source;
  const loginPath = source.kind === 'admitted' ? source.loginPath : null;
  return Object.freeze<SourceLook>({ slug, name, icon, kind, terms, loginPath, enabled: () => source.enabled() });
}
