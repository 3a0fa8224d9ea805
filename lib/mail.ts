export { smtpMailer, type SmtpMailer, type SmtpSettings } from './mail/smtp-mailer.js';
export type { ReissuedInvitation } from './invitations/management/reissue.js';
export type { ResentInvitation } from './invitations/mailing/resend.js';
export type { SentInvitation } from './invitations/mailing/send.js';
