// It defines globals when it is first loaded, which no test must do.
import '@simplewebauthn/server';
import type { Express } from 'express';
import {
  defineFlow,
  definePolicy,
  email,
  inviteSignupFlow,
  memoryConnections,
  memoryUsers,
  noAccessYetFlow,
  openIdConnectSource,
  password as passwordPrompt,
  promptStage,
  signInFlow,
  signOutFlow,
  text,
  userLogin,
  username,
  userWrite,
  type Enrollment,
  type Flow,
  type MemoryUser,
} from '../../../lib/index.js';
import {
  acceptInvitationFlow,
  accountSettings,
  connectAccountFlow,
  profileFlow,
  recoveryFlow,
  sourceAuthenticationFlow,
} from '../../../lib/flows.js';
import { inviteCode } from '../../../lib/policies/invite-code.js';
import { inviteCodePrompt } from '../../../lib/prompts/invite-code.js';
import { redirectStage } from '../../../lib/stages.js';
import { memoryAuthenticators } from '../../../lib/stores/memory/authenticators.js';
import { memoryMailer, type MemoryMailer } from '../../../lib/testing/memory-mailer.js';
import { startOpenIdProvider, type OpenIdProvider } from '../openid-provider.js';
import { openTestApp, type TestApp } from '../http/test-app.js';

/** An app with every flow for accounts, under `localhost`, and an OpenID Connect provider under `127.0.0.1`. */
export interface AccountsApp {
  readonly app: TestApp;
  readonly origin: string;
  readonly mailer: MemoryMailer;
  readonly provider: OpenIdProvider;
  close(): Promise<void>;
}

/** An enrollment in two stages, as authentik's example flow of that name has them. */
const twoStages = defineFlow({
  slug: 'two-stages',
  title: 'Sign up',
  designation: 'enrollment',
  authentication: 'require_unauthenticated',
  target: '/home',
  stages: [
    promptStage({ name: 'invite-code', prompts: [inviteCodePrompt()], validation: [inviteCode()] }),
    promptStage({
      name: 'first',
      title: 'Create your account',
      prompts: [
        username({ key: 'username', label: 'Username' }),
        passwordPrompt({ key: 'password', label: 'Password' }),
        passwordPrompt({ key: 'password_repeat', label: 'Password (repeat)', repeats: true }),
      ],
    }),
    promptStage({
      name: 'second',
      title: 'About you',
      prompts: [text({ key: 'name', label: 'Name' }), email({ key: 'email', label: 'Email' })],
    }),
    userWrite({ name: 'user-write' }),
    userLogin({ name: 'user-login' }),
  ],
});

/** It ends in the profile, which ends where this flow's `next` says. */
const course = defineFlow({
  slug: 'course',
  title: 'Join the course',
  designation: 'stage_configuration',
  authentication: 'require_authenticated',
  deniedAction: 'message',
  stages: [
    promptStage({
      name: 'course',
      prompts: [text({ key: 'course', label: 'Course' })],
      validation: [definePolicy({ name: 'course', consumes: ['course'], check: () => true })],
    }),
    redirectStage({ name: 'to-profile', targetFlow: 'profile' }),
  ],
});

function addPages(app: Express, enrollment: Enrollment<MemoryUser>): void {
  app.get(['/home', '/goodbye', '/outside', '/teams', '/books'], async (req, res) => {
    const user = await enrollment.currentUser(req);
    const name = user === null ? '' : `<p>Signed in as <strong id="who">${user.username ?? ''}</strong></p>`;
    res.send(`<!doctype html><html lang="en"><title>${req.path}</title><main><h1>${req.path}</h1>${name}</main>`);
  });
}

/** `more`: flows beside those of accounts. */
export async function openAccountsApp(more: readonly Flow[] = []): Promise<AccountsApp> {
  const mailer = memoryMailer();
  const provider = await startOpenIdProvider();
  const { issuer, clientId, clientSecret } = provider;
  const app = await openTestApp({
    ...memoryUsers(),
    // Passkeys need the name of a host.
    origin: (port) => `http://localhost:${String(port)}`,
    mailer,
    authenticators: memoryAuthenticators(),
    sources: [openIdConnectSource({ slug: 'acme', name: 'Acme', issuer, clientId, clientSecret })],
    connections: memoryConnections(),
    flows: [
      signInFlow({
        slug: 'sign-in',
        target: '/home',
        secondFactor: true,
        links: { enrollment: 'invite', recovery: 'recovery' },
      }),
      signOutFlow({ slug: 'sign-out', target: '/outside' }),
      recoveryFlow({ slug: 'recovery', signInFlow: 'sign-in', secondFactor: true }),
      inviteSignupFlow({
        slug: 'invite',
        fields: ['username', 'email', 'password'],
        verifyEmail: true,
        target: '/home',
      }),
      twoStages,
      course,
      profileFlow({ target: '/home' }),
      noAccessYetFlow({ target: '/home' }),
      sourceAuthenticationFlow({ target: '/home' }),
      connectAccountFlow({ target: '/home' }),
      acceptInvitationFlow({
        describe: ({ data }) => `You will join the team ${String(data['team'])}.`,
        target: '/teams',
      }),
      ...accountSettings({
        fields: ['username', 'email', 'name', text({ key: 'city', label: 'City', required: false })],
        authenticators: ['totp', 'webauthn', 'recovery_codes'],
        connections: true,
        leave: {
          target: '/goodbye',
          secondFactor: true,
          wording: { delete: { intro: 'Your courses and certificates are deleted too.' } },
        },
        target: '/home',
      }),
      ...more,
    ],
    defaultFlows: { enrollment: 'invite', stage_configuration: 'account' },
    onInvitationAccepted: () => undefined,
    after: addPages,
  });
  const origin = app.url.replace('127.0.0.1', 'localhost');
  provider.allow(`${origin}/source/acme/callback`);
  return {
    app: { ...app, url: origin },
    origin,
    mailer,
    provider,
    async close() {
      await app.close();
      await provider.close();
    },
  };
}
