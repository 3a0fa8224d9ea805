import type { Express } from 'express';
import type { Enrollment, EnrollmentOptions, MemoryUser } from '../../../lib/index.js';

/** A running provider, and the settings with which an app accepts its users. */
export interface StartedWay {
  readonly sources: NonNullable<EnrollmentOptions<MemoryUser>['sources']>;
  /** The app's own routes, if any. */
  readonly routes?: (app: Express, enrollment: Enrollment<MemoryUser>) => void;
  /** Registers the app's origin, so that the provider redirects users back to it. */
  allow?(origin: string): void;
  readonly identity: { readonly source: string; readonly issuer: string; readonly subject: string };
  close(): Promise<void>;
}
