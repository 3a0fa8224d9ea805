/** An error as a plain record: name, code, message, stack and cause. */
export function errorRecord(error: Error): object {
  const code: unknown = Reflect.get(error, 'code');
  return {
    name: error.name,
    ...(code === undefined ? {} : { code }),
    message: error.message,
    stack: error.stack,
    ...(error.cause === undefined ? {} : { cause: error.cause }),
  };
}
