/** An expression ended without a result: by an exception that it does not catch, or above a limit. */
export class PythonError extends Error {
  override readonly name = 'PythonError';

  constructor(
    readonly file: string,
    readonly line: number,
    /** The exception as Python shows it, `KeyError: 'email'`, or the limit. */
    readonly reason: string,
  ) {
    super(`${file}, line ${String(line)}: ${reason}`);
  }
}
