const longest = 300;
const deepest = 10;

/**
 * An error and its causes, the outermost first. For an `AggregateError` without a cause, its first error counts as the
 * cause.
 */
export function causesOf(error: unknown): readonly unknown[] {
  const chain: unknown[] = [];
  for (let next: unknown = error; next !== undefined && next !== null && !chain.includes(next);) {
    chain.push(next);
    if (chain.length >= deepest) break;
    next = innerOf(next);
  }
  return chain;
}

/**
 * The root cause as one line of at most 300 characters: the message of the innermost cause that has one, with its code
 * where the message does not contain it, e.g. `self-signed certificate (DEPTH_ZERO_SELF_SIGNED_CERT)`.
 */
export function deepestCause(error: unknown): string {
  const texts = causesOf(error).map(textOf);
  return texts.findLast((text) => text !== '') ?? 'an error without a message';
}

/** An error's own message, with its deepest cause where the message does not contain it. */
export function withDeepestCause(error: unknown): string {
  const own = textOf(error);
  const cause = deepestCause(error);
  if (own === '') return cause;
  return own.includes(withoutCode(cause)) ? own : `${own}: ${cause}`;
}

function innerOf(error: unknown): unknown {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('cause' in error && error.cause !== undefined) return error.cause;
  return 'errors' in error && Array.isArray(error.errors) ? error.errors[0] : undefined;
}

function textOf(error: unknown): string {
  if (typeof error === 'string') return oneLine(error);
  if (typeof error !== 'object' || error === null) return '';
  const message = 'message' in error && typeof error.message === 'string' ? oneLine(error.message) : '';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  // The kit's own codes have a separate field in a log.
  if (code === '' || code.startsWith('ERR_ENROLLMENT_') || message.includes(code)) return message;
  return message === '' ? code : `${message} (${code})`;
}

function withoutCode(text: string): string {
  return text.replace(/ \([A-Z0-9_]+\)$/, '');
}

function oneLine(text: string): string {
  const line = text.replace(/[\u0000-\u0020\u007f\u0085\u2028\u2029]+/g, ' ').trim();
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
}
