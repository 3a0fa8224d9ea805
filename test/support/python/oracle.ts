import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';

/** CPython in a worker: what the evaluator is compared with. */
export interface Oracle {
  /** `repr` of what the bodies of functions return, or `RAISED` and the name of the exception, or `SYNTAX`. */
  outcomes(sources: readonly string[]): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** The time zones of the system, which pyodide lacks; `null`: the system has none. */
export const zoneFolder = ['/usr/share/zoneinfo'].find((folder) => existsSync(`${folder}/Asia/Jakarta`)) ?? null;

const program = `
const { parentPort, workerData } = require('node:worker_threads');
(async () => {
  const { loadPyodide } = await import(workerData.pyodide);
  const python = await loadPyodide({ indexURL: workerData.folder });
  if (workerData.zones !== null) {
    python.FS.mkdirTree('/zones');
    python.FS.mount(python.FS.filesystems.NODEFS, { root: workerData.zones }, '/zones');
  }
  python.runPython(workerData.code);
  const outcome = python.globals.get('outcome');
  parentPort.on('message', (sources) => parentPort.postMessage(sources.map((source) => outcome(source))));
  parentPort.postMessage('ready');
})();
`;

// The body is wrapped as authentik wraps it.
const code = `
import warnings, zoneinfo
warnings.simplefilter('ignore')
zoneinfo.reset_tzpath(['/zones'])
def outcome(source):
    names = {}
    try:
        exec('def handler():\\n' + '\\n'.join('    ' + line for line in source.split('\\n')), names)
    except SyntaxError:
        return 'SYNTAX'
    try:
        return repr(names['handler']())
    except Exception as error:
        return 'RAISED ' + type(error).__name__
`;

/** Starts it: about two seconds. */
export async function openOracle(): Promise<Oracle> {
  const pyodide = createRequire(import.meta.url).resolve('pyodide/pyodide.mjs');
  const worker = new Worker(program, {
    eval: true,
    env: {},
    workerData: { pyodide, folder: `${dirname(pyodide)}/`, code, zones: zoneFolder },
  });
  await answer(worker);
  return {
    async outcomes(sources) {
      worker.postMessage(sources);
      const found: unknown = await answer(worker);
      return Array.isArray(found) ? found.map(String) : [];
    },
    async close() {
      await worker.terminate();
    },
  };
}

function answer(worker: Worker): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => {
      worker.off('message', done);
      reject(error instanceof Error ? error : new Error(String(error)));
    };
    const done = (message: unknown): void => {
      worker.off('error', fail);
      resolve(message);
    };
    worker.once('message', done);
    worker.once('error', fail);
  });
}
