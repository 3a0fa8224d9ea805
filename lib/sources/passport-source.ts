import { refuseSettings } from '../base/settings.js';
import type { ProviderDefinition } from '../ports/source.js';
import { createSource } from './create-source.js';
import { defineSource } from './define-source.js';
import { passportIssues, type PassportSourceSettings } from './passport-settings.js';
import { createPassportProtocol } from './passport-protocol.js';

/**
 * Sign-in with any Passport strategy. State, browser and replay are checked here before the strategy runs; it never
 * sees the app's request or session.
 * @throws ERR_ENROLLMENT_CONFIG with all mistakes in `issues`
 */
export function passportSource<Given extends readonly unknown[]>(
  settings: PassportSourceSettings<Given>,
): ProviderDefinition {
  refuseSettings('passportSource', settings, passportIssues(settings));
  const posts = settings.formPost === true;
  return defineSource(settings, { kind: 'passport', posts }, (facts, parts) =>
    createSource(facts, parts, settings.enabled, createPassportProtocol(settings, facts.callbackUrl, parts)),
  );
}
