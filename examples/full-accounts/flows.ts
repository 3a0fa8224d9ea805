import { inviteSignupFlow, signInFlow, signOutFlow, waitlistFlow, type Flow } from 'express-enrollment';
import {
  acceptInvitationFlow,
  authenticatorSetupFlow,
  authenticatorsFlow,
  changePasswordFlow,
  confirmEmailFlow,
  connectionsFlow,
  consentFlow,
  leaveFlow,
  passkeySignInFlow,
  profileFlow,
  recoveryFlow,
  sessionsFlow,
  setPasswordFlow,
  undoAddressChangeFlow,
  verifyEmailFlow,
} from 'express-enrollment/flows';
import { uniquePassword } from 'express-enrollment/policies';
import { altcha } from 'express-enrollment/stages';
import { aboutYou } from './about-you.js';
import { byLink } from './by-link.js';

const target = '/settings';

/** The application that asks for a consent, and what it wants to see. */
export const reports = { id: 'reports', name: 'Brew Reports', permissions: ['profile', 'cups'] };

/** Every ready-made flow; those of providers where there is one: sources add the flows that they lead to. */
export function clubFlows(hasProvider: boolean): readonly Flow[] {
  return [
    signInFlow({
      slug: 'sign-in',
      secondFactor: true,
      passwordlessFlow: 'passwordless',
      staySignedInSeconds: 30 * 24 * 60 * 60,
      links: { enrollment: 'invite', recovery: 'recovery' },
    }),
    passkeySignInFlow({ slug: 'passwordless' }),
    signOutFlow({ slug: 'sign-out' }),
    inviteSignupFlow({
      slug: 'invite',
      fields: ['username', 'email', 'password'],
      captcha: { captcha: altcha(), when: 'many_wrong_codes' },
    }),
    byLink,
    recoveryFlow({ slug: 'recovery', signInFlow: 'sign-in', secondFactor: true }),
    setPasswordFlow({ slug: 'set-password', signInFlow: 'sign-in', secondFactor: true }),
    confirmEmailFlow({ slug: 'confirm-email', target }),
    acceptInvitationFlow({ target }),
    profileFlow({ fields: ['username', 'email', 'name'], target }),
    verifyEmailFlow({ target }),
    undoAddressChangeFlow({ recoveryFlow: 'recovery' }),
    changePasswordFlow({ secondFactor: true, validation: [uniquePassword({ former: 3 })], target }),
    sessionsFlow({ target }),
    authenticatorsFlow({
      target,
      links: [
        { flow: 'authenticator-app', label: 'Set up an authenticator app' },
        { flow: 'passkey', label: 'Set up a passkey' },
        { flow: 'recovery-codes', label: 'Get new recovery codes' },
      ],
    }),
    ...(hasProvider ? [connectionsFlow({ secondFactor: true, target })] : []),
    authenticatorSetupFlow({ slug: 'authenticator-app', type: 'totp', target }),
    authenticatorSetupFlow({ slug: 'passkey', type: 'webauthn', target }),
    authenticatorSetupFlow({ slug: 'recovery-codes', type: 'recovery_codes', target }),
    consentFlow({
      slug: 'consent',
      application: { id: reports.id, name: reports.name },
      permissions: [
        { id: 'profile', text: 'See your name and email address' },
        { id: 'cups', text: 'Count your cups' },
      ],
    }),
    aboutYou,
    leaveFlow({ secondFactor: true }),
    waitlistFlow({ slug: 'waitlist' }),
  ];
}
