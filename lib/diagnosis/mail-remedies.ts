/** Remedies for what SMTP servers and their connections report, by the text of the deepest cause. */
export const mailRemedies: readonly (readonly [RegExp, string])[] = [
  [
    /self.signed certificate|unable to (?:verify|get)|certificate not trusted|\bCERT_UNTRUSTED\b/i,
    'the certificate of the mail server is not trusted: let "ca" name its authority, or NODE_EXTRA_CA_CERTS',
  ],
  [
    /does not match certificate's altnames/i,
    'the certificate of the mail server is for another name: use that name in the URL',
  ],
  [/certificate has expired|CERT_HAS_EXPIRED/i, 'the certificate of the mail server has expired: renew it'],
  [
    /wrong version number/i,
    'the mail server does not begin with TLS at this port: smtp:// in place of smtps://, or its TLS port (465)',
  ],
  [
    /Greeting never received/i,
    'the mail server is silent: at a port that begins with TLS (465), use smtps:// in place of smtp://',
  ],
  [/\bETLS\b/, 'the mail server offers no STARTTLS, so nothing is sent: use its port with TLS'],
];
