import { within } from '../base/deadline.js';
import type { Log } from '../ports/log.js';

/** The app's own switch of one source. */
export type SourceSwitch = () => boolean | Promise<boolean>;

export const alwaysOn: SourceSwitch = () => true;

const patienceMs = 2000;

/** Asks a switch. Rejects with what it throws, for an answer that is no boolean, or for none within two seconds. */
export async function askSwitch(enabled: SourceSwitch): Promise<boolean> {
  if (enabled === alwaysOn) return true;
  const asked: Promise<unknown> = (async () => enabled())();
  const answer = await within(patienceMs, asked, () => new Error(`no answer within ${String(patienceMs)} ms`));
  if (typeof answer === 'boolean') return answer;
  throw new TypeError(
    `the option enabled answered with ${answer === null ? 'null' : typeof answer}, not true or false`,
  );
}

/** One that cannot be asked is off, and logged. */
export async function isOn(
  enabled: SourceSwitch,
  { slug, log }: { readonly slug: string; readonly log: Log },
): Promise<boolean> {
  try {
    return await askSwitch(enabled);
  } catch (error) {
    log.error({ err: error, source: slug }, 'the option enabled of a source failed; the source counts as off');
    return false;
  }
}
