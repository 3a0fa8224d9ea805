import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '#package-root';
import { describe, it } from 'mocha';
import { identification, passwordStage } from '../../lib/index.js';
import {
  confirmPassword,
  passkeySignIn,
  recoveryCodesSetup,
  totpSetup,
  validateAuthenticator,
  webauthnSetup,
} from '../../lib/stages.js';

const pages = {
  authenticators: {
    confirmPassword: confirmPassword({ name: 'confirm' }),
    totpSetup: totpSetup({ name: 'totp' }),
    recoveryCodesSetup: recoveryCodesSetup({ name: 'codes' }),
    webauthnSetup: webauthnSetup({ name: 'key' }),
    passkeySignIn: passkeySignIn({ name: 'passkey' }),
    validateAuthenticator: validateAuthenticator({ name: 'second-factor' }),
  },
  password: {
    passwordStage: passwordStage({ name: 'password', rememberMe: true }),
    confirmPassword: confirmPassword({ name: 'confirm' }),
  },
  identification: { identification: identification({ name: 'who', password: true, rememberMe: true }) },
};

describe('docs/stages', () => {
  for (const [page, stages] of Object.entries(pages)) {
    const text = readFileSync(join(packageRoot, `docs/stages/${page}.md`), 'utf8');
    for (const [name, stage] of Object.entries(stages))
      it(`${page}.md names what ${name} asks and writes`, () => {
        const unnamed = [name, ...stage.fields].filter((word) => !text.includes(`\`${word}\``));
        assert.deepEqual(unnamed, []);
        const unsaid = stage.writes.filter((key) => !text.includes(`\`${key}`));
        assert.deepEqual(unsaid, []);
      });
  }
});
