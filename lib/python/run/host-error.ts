/** A function of the host failed. No `except` of the expression sees it: a store that is away is no answer. */
export class HostError extends Error {
  override readonly name = 'HostError';

  constructor(readonly inner: unknown) {
    super(inner instanceof Error ? inner.message : String(inner));
  }
}
