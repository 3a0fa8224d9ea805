import { isForAdministration } from '../../base/administration.js';
import type { EnrollmentLogger } from '../../ports/log.js';

/** Asks the store for a newer version in this interval, one question at a time. Returns a function that stops. */
export function followVersions(
  follow: () => Promise<void>,
  { seconds, log }: { readonly seconds: number; readonly log: EnrollmentLogger },
): () => void {
  // A command does its work and ends.
  if (isForAdministration()) return () => undefined;
  let isAway = false;
  const timer = setInterval(() => {
    follow().then(
      () => {
        isAway = false;
      },
      (error: unknown) => {
        if (!isAway) log.warn({ err: error }, 'the store of flows does not answer; the flows stay as they are');
        isAway = true;
      },
    );
  }, seconds * 1000);
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}
