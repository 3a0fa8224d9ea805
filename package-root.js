import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the installed package: `views/` and `assets/` stand beside this file. */
export const packageRoot = dirname(fileURLToPath(import.meta.url));
