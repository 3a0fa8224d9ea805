// It defines globals when it is first loaded, which no test must do.
import '@simplewebauthn/server';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { importFlowFiles, readFlowFolder, type FlowFile } from '../../../lib/flow-files.js';
import { memoryConnections, openIdConnectSource } from '../../../lib/index.js';
import { memoryAuthenticators } from '../../../lib/stores/memory/authenticators.js';
import { memoryMailer } from '../../../lib/testing/memory-mailer.js';
import { openTestApp } from '../http/test-app.js';
import { startOpenIdProvider } from '../openid-provider.js';
import type { AccountsApp } from './accounts-app.js';

const folder = '../shared/blueprints';

/** authentik's own files are beside the project, and not part of it. */
export const hasAuthentikFiles = existsSync(folder);

/** One of its files, e.g. `example/flows-login-2fa.yaml`. */
export function authentikFile(file: string): FlowFile {
  return { file, text: readFileSync(join(folder, file), 'utf8') };
}

/** Everything of `default/`, as authentik has it after its installation. */
export function defaultFiles(): readonly FlowFile[] {
  return readFlowFolder(join(folder, 'default'));
}

/** A sign-in by passkey alone, as authentik's documentation makes one of the default flows. */
export const passwordlessFile: FlowFile = {
  file: 'passwordless.yaml',
  text: `version: 1
metadata: {name: Passwordless}
entries:
  - model: authentik_flows.flow
    id: flow
    identifiers: {slug: passwordless}
    attrs: {name: Passwordless, title: Sign in without a password, designation: authentication}
  - model: authentik_stages_authenticator_validate.authenticatorvalidatestage
    id: validate
    identifiers: {name: passwordless-validation}
    attrs: {device_classes: [webauthn], not_configured_action: deny, webauthn_user_verification: required}
  - model: authentik_flows.flowstagebinding
    identifiers: {target: !KeyOf flow, stage: !KeyOf validate, order: 10}
  - model: authentik_flows.flowstagebinding
    identifiers:
      target: !KeyOf flow
      stage: !Find [authentik_stages_user_login.userloginstage, [name, default-authentication-login]]
      order: 20
  - model: authentik_stages_identification.identificationstage
    identifiers: {name: default-authentication-identification}
    attrs: {passwordless_flow: !KeyOf flow}
`,
};

/**
 * An app whose flows are all from these files, under `localhost`, with the provider Acme under `127.0.0.1`. Each flow
 * ends at `/`, whose page says who is signed in.
 */
export async function openAuthentikApp(files: readonly FlowFile[]): Promise<AccountsApp> {
  const mailer = memoryMailer();
  const provider = await startOpenIdProvider();
  const { issuer, clientId, clientSecret } = provider;
  const lookups = { systemSettings: { default_user_change_email: true, default_user_change_name: true } };
  const { flows, defaultFlows } = importFlowFiles(files, { lookups });
  const app = await openTestApp({
    registration: 'open',
    brand: { name: 'Kopi Club' },
    // Passkeys need the name of a host.
    origin: (port) => `http://localhost:${String(port)}`,
    mailer,
    authenticators: memoryAuthenticators(),
    sources: [openIdConnectSource({ slug: 'acme', name: 'Acme', issuer, clientId, clientSecret })],
    connections: memoryConnections(),
    flows,
    defaultFlows,
    after(express, enrollment) {
      express.get('/', async (req, res) => {
        const user = await enrollment.currentUser(req);
        const name = user === null ? '' : `<p>Signed in as <strong id="who">${user.username ?? ''}</strong></p>`;
        res.send(`<!doctype html><html lang="en"><title>Home</title><main><h1>Home</h1>${name}</main>`);
      });
    },
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
