/** The app's own switch of one source. */
export type SourceSwitch = () => boolean | Promise<boolean>;

export const alwaysOn: SourceSwitch = () => true;

/** One that cannot be asked is off. */
export async function isOn(enabled: SourceSwitch): Promise<boolean> {
  try {
    return await enabled();
  } catch {
    return false;
  }
}
