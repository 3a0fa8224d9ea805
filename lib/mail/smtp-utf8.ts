import type SmtpConnection from 'nodemailer/lib/smtp-connection';

/** True for an address whose part before the @ needs SMTPUTF8 (RFC 6531): no encoding in ASCII exists for it. */
export function needsUtf8(address: string): boolean {
  return /[^\x00-\x7f]/.test(address.slice(0, address.lastIndexOf('@')));
}

/**
 * Asks the server, by a connection of its own, whether it takes addresses beyond ASCII. Without the extension they must
 * not be sent (RFC 6531, 3.2); nodemailer sends them nevertheless. @throws what the connection reports
 */
export async function takesUtf8(options: ConstructorParameters<typeof SmtpConnection>[0]): Promise<boolean> {
  const { default: Connection } = await import('nodemailer/lib/smtp-connection');
  const connection = new Connection(options);
  try {
    await new Promise<void>((resolve, reject) => {
      connection.once('error', reject);
      connection.connect((error?: Error | null) => {
        if (error) reject(error);
        else resolve();
      });
    });
    // The greeting after EHLO: one extension on each line.
    return /^250[ -]SMTPUTF8\b/im.test(connection.lastServerResponse || '');
  } finally {
    connection.close();
  }
}
