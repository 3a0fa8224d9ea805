import { within } from '../base/deadline.js';

/** The app's own switch of one source. */
export type SourceSwitch = () => boolean | Promise<boolean>;

export const alwaysOn: SourceSwitch = () => true;

const patienceMs = 2000;

/** Asks a switch. Rejects with what it throws, or where it does not answer within two seconds. */
export async function askSwitch(enabled: SourceSwitch): Promise<boolean> {
  if (enabled === alwaysOn) return true;
  const asked: Promise<unknown> = (async () => enabled())();
  // An app in JavaScript may answer with anything; only `true` is yes, here as at the write.
  return (await within(patienceMs, asked, () => new Error('no answer'))) === true;
}

/** One that cannot be asked, or does not answer within two seconds, is off. */
export async function isOn(enabled: SourceSwitch): Promise<boolean> {
  try {
    return await askSwitch(enabled);
  } catch {
    return false;
  }
}
