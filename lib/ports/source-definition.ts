import type { SourceTerms } from './source-terms.js';
import type { AdmittedSource } from './admitted-source.js';
import type { Source, SourceParts } from './source.js';

/** What all sources share, whether the app or the kit runs the sign-in. */
export interface NamedSource {
  readonly slug: string;
  /** For people; the slug where the app gave none. */
  readonly name: string;
  /** A URL or path of a picture. */
  readonly icon: string | null;
  /** What its people may do here. */
  readonly terms: SourceTerms;
}

/** A source that sends people to a provider and gets them back. */
export interface RoundTripDefinition extends NamedSource {
  readonly kind: Source['kind'];
  /** Below the mount. */
  readonly callbackPath: string;
  open(parts: SourceParts): Source;
}

/** A source whose sign-in the app runs itself. */
export interface AdmittedDefinition extends NamedSource {
  readonly kind: AdmittedSource['kind'];
  readonly loginPath: string | null;
  open(parts: Pick<SourceParts, 'log'>): AdmittedSource;
}

/** A source as the app configures it. It holds its secrets in closures, so that printing it shows none. */
export type SourceDefinition = RoundTripDefinition | AdmittedDefinition;
