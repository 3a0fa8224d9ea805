import type { AcmeApp } from './acme.js';

/** Names of privileged plan data, as an attacker may post them in the hope that they are read. */
export function privilegesOf(testApp: AcmeApp): Readonly<Record<string, string>> {
  const identity = JSON.stringify(testApp.identityOf('ann'));
  return {
    is_sso: 'true',
    identity,
    'identity[subject]': 'ann',
    'identity.subject': 'ann',
    source: 'other',
    oauth_userinfo: '{"sub":"ann"}',
    invitation: '{"id":"1","version":1}',
    'invitation.id': '1',
    invitation_rule: 'never',
    rule: 'never',
    connect_to: '1',
    signed_in_recently: 'true',
    pending_user: '1',
    pending_user_identifier: 'ann@example.com',
    email: 'ann@example.com',
    email_verified: 'true',
    emailVerified: 'true',
    name: 'Mallory',
    password: 'velvet tram over the harbour',
    password_repeat: 'velvet tram over the harbour',
    password_hash: 'chosen',
    fixed_data: '{"email":"ann@example.com"}',
    'prompt_data[email]': 'ann@example.com',
    'prompt_data.email': 'ann@example.com',
    'attributes.admin': 'true',
    groups: 'admins',
    redirect: 'https://evil.example',
    next: '//evil.example',
    step: 'user-login',
    at: '4',
    __proto__: 'x',
    'constructor.prototype.is_sso': 'true',
  };
}
