import { isForAdministration } from '../base/administration.js';
import { isEnrollmentError } from '../base/error.js';
import { filesBelow } from '../flow-files/folder.js';
import type { EnrollmentConfig } from '../options/options.js';
import type { FileFlows } from './file-flows.js';

/** Often enough for a developer who saves a file; looking costs a stat for each file. */
const everyMs = 300;

type Watched = Pick<EnrollmentConfig<unknown>, 'flowFiles' | 'production' | 'logger'>;

/** True where changed flow files are taken in: by default in development, and never by the command line. */
export function watchesFlowFiles({ flowFiles, production }: Watched): boolean {
  if (flowFiles?.folder === undefined || isForAdministration()) return false;
  return flowFiles.watch ?? !production;
}

/**
 * Reads the folder of flow files again whenever a file of it changes, as a whole. `takeIn` throws for flows that the app
 * refuses: those of before stay then, and the log says why. Returns a function that stops.
 */
export function watchFlowFiles(
  { flowFiles, logger: log }: Watched,
  parts: { read(): FileFlows; takeIn(files: FileFlows): void },
): () => void {
  const folder = flowFiles?.folder ?? '';
  let seen = stateOf(folder);
  const timer = setInterval(() => {
    const state = stateOf(folder);
    if (state === seen) return;
    seen = state;
    try {
      const files = parts.read();
      parts.takeIn(files);
      const flows = files.flows.map(({ slug }) => slug);
      log.info({ flows }, 'the flow files have changed, and their flows are used now');
    } catch (error) {
      const issues = isEnrollmentError(error) ? error.issues : [];
      const list = issues.map((issue) => `\n  - ${issue}`).join('');
      log.error(
        { code: 'WARN_FLOW_FILES', issues, ...(issues.length === 0 ? { err: error } : {}) },
        `the changed flow files cannot be used, and the flows of before stay:${list}`,
      );
    }
  }, everyMs);
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}

/** Differs once a file was written, added or removed: one that `!File` names, too. */
function stateOf(folder: string): string {
  try {
    return filesBelow(folder)
      .map(({ name, stats }) => `${name} ${stats === null ? '' : `${String(stats.mtimeMs)} ${String(stats.size)}`}`)
      .join('\n');
  } catch {
    // The folder was removed meanwhile: the next read reports it.
    return '';
  }
}
