import { createRequire } from 'node:module';
import { join } from 'node:path';
import { packageRoot } from '#package-root';
import { configError } from './config-error.js';

const load = createRequire(join(packageRoot, 'package.json'));

/**
 * Loads an optional package at once, for definitions that are checked where they are written. Node loads ES modules in
 * this way too.
 * @throws ERR_ENROLLMENT_CONFIG when the app does not have it
 */
export function requirePackage<Module>(name: string, neededBy: string): Module {
  checkPackage(name, neededBy);
  return load(name) as Module;
}

/** Checks that the app has an optional package that is loaded later. @throws ERR_ENROLLMENT_CONFIG */
export function checkPackage(name: string, neededBy: string): void {
  const missing = missingPackage(name, neededBy);
  if (missing !== null) throw configError([missing]);
}

/** What to install; `null` where the app has the package. */
export function missingPackage(name: string, neededBy: string): string | null {
  try {
    load.resolve(name);
    return null;
  } catch {
    return `${neededBy} needs the package ${name}: npm install ${name}`;
  }
}
