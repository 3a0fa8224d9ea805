import type { Mail, Mailer } from '../ports/mailer.js';

/** Keeps mails instead of sending them. */
export interface MemoryMailer extends Mailer {
  /** Every mail, the first one first. */
  readonly mails: readonly Mail[];
  /**
   * The newest mail to an address, once there is one, also one that was read before: `clear()` first to wait for
   * another one. Rejects after `milliseconds`, default 5,000.
   */
  next(to: string, milliseconds?: number): Promise<Mail>;
  /** Its code, and the absolute address of its link; `null` where it has none. */
  codeIn(mail: Mail): string | null;
  linkIn(mail: Mail): string | null;
  /** Forgets all mails. */
  clear(): void;
}

const pauseMs = 5;

/** A mailer for tests: `createEnrollment({ mailer, … })`. */
export function memoryMailer(): MemoryMailer {
  const mails: Mail[] = [];
  return Object.freeze<MemoryMailer>({
    mails,
    async send(mail) {
      mails.push(Object.freeze({ ...mail }));
    },
    async next(to, milliseconds = 5000) {
      const ends = performance.now() + milliseconds;
      for (;;) {
        const newest = mails.findLast((mail) => mail.to === to);
        if (newest !== undefined) return newest;
        if (performance.now() > ends) throw new Error(`no mail to ${to} was sent`);
        await new Promise((resolve) => {
          setTimeout(resolve, pauseMs);
        });
      }
    },
    codeIn: ({ text }) => /^ {4}([0-9A-Z]+(?:-[0-9A-Z]+)*)$/m.exec(text)?.[1] ?? null,
    linkIn: ({ text }) => /^(https?:\/\/\S+)$/m.exec(text)?.[1] ?? null,
    clear: () => void mails.splice(0),
  });
}
