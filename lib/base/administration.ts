const mark = Symbol.for('express-enrollment.administration');

/**
 * Loads an app's configuration for the command line. An enrollment that is created meanwhile creates no seeds and does
 * not register as a running app. The mark is set on the process, because the app may have its own copy of the package.
 */
export async function forAdministration<T>(load: () => Promise<T>): Promise<T> {
  Reflect.set(globalThis, mark, true);
  try {
    return await load();
  } finally {
    Reflect.deleteProperty(globalThis, mark);
  }
}

/** True while a configuration is loaded for the command line. */
export function isForAdministration(): boolean {
  return Reflect.get(globalThis, mark) === true;
}
