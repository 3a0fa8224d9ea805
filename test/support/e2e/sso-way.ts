import type { Express } from 'express';
import type { Enrollment, EnrollmentOptions, MemoryUser } from '../../../lib/index.js';

/** A provider that runs, and the settings by which an app takes its people. */
export interface StartedWay {
  readonly sources: NonNullable<EnrollmentOptions<MemoryUser>['sources']>;
  /** The app's own routes, where it has some. */
  readonly routes?: (app: Express, enrollment: Enrollment<MemoryUser>) => void;
  /** Lets the provider send people back to the app, which is at this origin. */
  allow?(origin: string): void;
  readonly identity: { readonly source: string; readonly issuer: string; readonly subject: string };
  close(): Promise<void>;
}
