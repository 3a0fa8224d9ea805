import type SmtpConnection from 'nodemailer/lib/smtp-connection';
import type { SmtpAccess } from './smtp-access.js';

export interface OpenConnection {
  readonly connection: SmtpConnection;
  /** One command of the connection. Rejects also when the connection fails or ends. */
  step(run: (settle: (error?: Error | null) => void) => void): Promise<void>;
}

/** Connects without a sign-in, by a connection that ends with `work`. @throws what the connection reports */
export async function withConnection<Result>(
  { options }: Pick<SmtpAccess, 'options'>,
  work: (open: OpenConnection) => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  const { default: Connection } = await import('nodemailer/lib/smtp-connection');
  signal?.throwIfAborted();
  const connection = new Connection(options);
  let fail: (error: Error) => void = () => undefined;
  const failed = new Promise<never>((_resolve, reject) => (fail = reject));
  failed.catch(() => undefined);
  const abort = (): void => fail(new Error('the mail server did not answer in time'));
  connection.on('error', fail);
  connection.once('end', () => fail(new Error('the mail server ended the connection')));
  signal?.addEventListener('abort', abort);
  const step: OpenConnection['step'] = (run) =>
    Promise.race([failed, new Promise<void>((resolve, reject) => run((error) => (error ? reject(error) : resolve())))]);
  try {
    await step((settle) => connection.connect(settle));
    const result = await work({ connection, step });
    connection.quit();
    return result;
  } catch (error) {
    connection.close();
    throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

/** True where the server offers a sign-in (RFC 4954), as one that requires it does. */
export function offersSignIn(access: SmtpAccess): Promise<boolean> {
  return withConnection(access, ({ connection }) => Promise.resolve(connection.allowsAuth));
}
