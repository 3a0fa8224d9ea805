/**
 * Calls `onLate` when `milliseconds` have passed and nothing that arrived meanwhile is left to be read. The function
 * that it returns cancels the call.
 *
 * A process that was busy or suspended for longer than the timeout finds its timer and the answer due at once, and
 * Node.js runs timers before it reads sockets. One more turn of the event loop lets the answer win.
 */
export function startDeadline(milliseconds: number, onLate: () => void): () => void {
  let reading: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => {
    reading = setImmediate(onLate);
  }, milliseconds);
  return () => {
    clearTimeout(timer);
    if (reading !== undefined) clearImmediate(reading);
  };
}
