import type { Keyring } from '../base/keyring.js';
import type { MailRecipient, MailStep, SentCode } from '../ports/mail-codes.js';

/** The keyed digests of mailed codes. Each covers what its code is bound to. */
interface MailDigests {
  /** Of purpose and recipient. */
  recipient(step: MailStep): string;
  isOf(step: MailStep, sent: SentCode): boolean;
  address(address: string): string;
  isAddress(address: string, sent: SentCode): boolean;
  /** Of a code for this plan, step, purpose, recipient and account. */
  code(step: MailStep, userId: string | null, canonical: string): string;
  isCode(step: MailStep, sent: SentCode, canonical: string): boolean;
  /** Of an account's password, by a digest of its hash. */
  password(userId: string, password: string): string;
  /** True where one of these is the password of the digest; each `null`: there is none. */
  isPassword(userId: string | null, passwords: readonly string[] | null, digest: string | null): boolean;
  link(flow: string, token: string): string;
  isLink(flow: string, token: string, sent: SentCode): boolean;
  /** Under all secrets. */
  links(flow: string, token: string): readonly string[];
}

export function createMailDigests(keyring: Keyring): MailDigests {
  const sign = (text: string): string => keyring.sign('mail', text);
  const verify = (text: string, digest: string): boolean => keyring.verify('mail', text, digest);
  return Object.freeze<MailDigests>({
    recipient: (step) => sign(recipientText(step)),
    isOf: (step, sent) => sent.step === step.step && verify(recipientText(step), sent.recipient),
    address: (address) => sign(addressText(address)),
    isAddress: (address, sent) => verify(addressText(address), sent.address),
    code: (step, userId, canonical) => sign(codeText(step, userId, canonical)),
    isCode: (step, sent, canonical) => verify(codeText(step, sent.user, canonical), sent.code),
    password: (userId, password) => sign(passwordText(userId, password)),
    isPassword: (userId, passwords, digest) =>
      userId === null || passwords === null || digest === null
        ? passwords === digest
        : passwords.some((one) => verify(passwordText(userId, one), digest)),
    link: (flow, token) => sign(linkText(flow, token)),
    isLink: (flow, token, sent) => verify(linkText(flow, token), sent.link),
    links: (flow, token) => keyring.signAll('mail', linkText(flow, token)),
  });
}

const nameOf = (recipient: MailRecipient): string =>
  recipient.type === 'login'
    ? recipient.typed.normalize('NFKC').toLowerCase()
    : recipient.type === 'account'
      ? recipient.userId
      : recipient.address;

const recipientText = ({ purpose, recipient }: MailStep): string =>
  JSON.stringify(['recipient', purpose, recipient.type, nameOf(recipient)]);
const addressText = (address: string): string => JSON.stringify(['address', address]);
const codeText = (step: MailStep, userId: string | null, canonical: string): string =>
  JSON.stringify(['code', step.flow, step.step, step.enrollmentId, recipientText(step), userId, canonical]);
const passwordText = (userId: string, password: string): string => JSON.stringify(['password', userId, password]);
const linkText = (flow: string, token: string): string => JSON.stringify(['link', flow, token]);
