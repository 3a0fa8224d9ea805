import type { EnrollmentConfig } from '../options/options.js';
import type { FlowVersion } from './flow-version.js';
import { viewOf } from './view-of.js';

/** The version that answers requests. Its parts are views, for those who were composed before a later version. */
export interface CurrentVersion<User, Data> extends FlowVersion<User, Data> {
  now(): FlowVersion<User, Data>;
  set(next: FlowVersion<User, Data>): void;
}

interface CurrentConfig<User, Data> {
  /** The configuration of the current version. */
  readonly config: EnrollmentConfig<User, Data>;
  begin(first: FlowVersion<User, Data>): CurrentVersion<User, Data>;
}

/** `changes`: false where the first version stays: nothing is a view then. */
export function currentConfigOf<User, Data>(
  first: EnrollmentConfig<User, Data>,
  changes: boolean,
): CurrentConfig<User, Data> {
  let present = first;
  const config = changes ? viewOf(() => present) : first;
  return {
    config,
    begin(begun) {
      let version = begun;
      const now = (): FlowVersion<User, Data> => version;
      const set = (next: FlowVersion<User, Data>): void => {
        version = next;
        present = next.config;
      };
      if (!changes) return { ...begun, now, set };
      return {
        config,
        services: viewOf(() => version.services),
        web: viewOf(() => version.web),
        guards: viewOf(() => version.guards),
        router: (req, res, next) => version.router(req, res, next),
        now,
        set,
      };
    },
  };
}
