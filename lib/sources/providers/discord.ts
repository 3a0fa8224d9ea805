import { textOf } from '../../base/json.js';
import type { ProviderDefinition } from '../../ports/source.js';
import { createOAuth2Source, chosenClaims, type OAuth2ProviderSettings } from '../oauth2/source.js';
import { SourceProblem } from '../problem.js';
import { baseUrlOf } from './naming.js';

/**
 * Sign-in with Discord. The subject is the user's id. The address counts as verified if `verified` of the profile is
 * `true`.
 * @throws ERR_ENROLLMENT_CONFIG with all mistakes in `issues`
 */
export function discordSource(settings: OAuth2ProviderSettings): ProviderDefinition {
  return createOAuth2Source(settings, {
    factory: 'discordSource',
    slug: 'discord',
    name: 'Discord',
    scope: ['identify', 'email'],
    provider(valid) {
      const base = baseUrlOf(valid.baseUrl, 'https://discord.com');
      return {
        issuer: base,
        authorizationEndpoint: `${base}/oauth2/authorize`,
        tokenEndpoint: `${base}/api/oauth2/token`,
        hintParameter: null,
        // The page of consent offers other accounts.
        accountChoice: { prompt: 'consent' },
        async identity({ record }) {
          const user = await record(`${base}/api/v10/users/@me`);
          const id = textOf(user, 'id', 20);
          if (id === null || !/^\d+$/.test(id)) throw new SourceProblem('user_info.malformed', 'id');
          return {
            subject: id,
            username: textOf(user, 'username', 100),
            name: textOf(user, 'global_name', 300),
            email: textOf(user, 'email', 1000),
            emailVerified: user['verified'] === true,
            claims: chosenClaims(user, valid, ['username', 'global_name', 'avatar', 'locale']),
          };
        },
      };
    },
  });
}
