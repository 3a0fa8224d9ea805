import { withTimeout } from '../base/awaitable.js';
import type { EnrollmentLogger } from '../ports/log.js';

/** The app's own switch of one source. */
export type SourceSwitch = () => boolean | Promise<boolean>;

export const alwaysOn: SourceSwitch = () => true;

const timeoutMs = 2000;

/**
 * Calls a switch. Rejects if the switch throws, returns a value that is not a boolean, or does not answer within two
 * seconds.
 */
export async function askSwitch(enabled: SourceSwitch): Promise<boolean> {
  if (enabled === alwaysOn) return true;
  const answer: unknown = await withTimeout(
    timeoutMs,
    enabled,
    () => new Error(`no answer within ${String(timeoutMs)} ms`),
  );
  if (typeof answer === 'boolean') return answer;
  throw new TypeError(
    `the option enabled answered with ${answer === null ? 'null' : typeof answer}, not true or false`,
  );
}

/** A switch that fails counts as off, and the failure is logged. */
export async function isOn(
  enabled: SourceSwitch,
  { slug, log }: { readonly slug: string; readonly log: EnrollmentLogger },
): Promise<boolean> {
  try {
    return await askSwitch(enabled);
  } catch (error) {
    log.error({ err: error, source: slug }, 'the option enabled of a source failed; the source counts as off');
    return false;
  }
}
