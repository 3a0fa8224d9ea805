import { within } from '../base/deadline.js';

/** The app's own switch of one source. */
export type SourceSwitch = () => boolean | Promise<boolean>;

export const alwaysOn: SourceSwitch = () => true;

const patienceMs = 2000;

/** One that cannot be asked, or does not answer within two seconds, is off. */
export async function isOn(enabled: SourceSwitch): Promise<boolean> {
  if (enabled === alwaysOn) return true;
  try {
    const asked = (async () => enabled())();
    return await within(patienceMs, asked, () => new Error('no answer'));
  } catch {
    return false;
  }
}
