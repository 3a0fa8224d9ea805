export { smtpMailer, type SmtpMailer, type SmtpSettings } from './mail/smtp-mailer.js';
