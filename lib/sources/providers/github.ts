import { isJsonObject, textOf, type Json, type JsonObject } from '../../base/json.js';
import type { PassportIdentity, ProviderDefinition } from '../../ports/source.js';
import { createOAuth2Source, chosenClaims, type OAuth2ProviderSettings } from '../oauth2/source.js';
import { SourceProblem } from '../problem.js';
import { baseUrlOf } from './naming.js';

const publicSite = 'https://github.com';

/**
 * Sign-in with GitHub, or with GitHub Enterprise at `baseUrl`. The subject is the user's number, never the login, which
 * another person can take over. The address is the primary one, verified if GitHub says so; further verified addresses
 * are `otherEmails`.
 * @throws ERR_ENROLLMENT_CONFIG with all mistakes in `issues`
 */
export function githubSource(settings: OAuth2ProviderSettings): ProviderDefinition {
  return createOAuth2Source(settings, {
    factory: 'githubSource',
    slug: 'github',
    name: 'GitHub',
    scope: ['read:user', 'user:email'],
    provider(valid) {
      const base = baseUrlOf(valid.baseUrl, publicSite);
      const api = apiOf(base);
      return {
        issuer: `${base}/login/oauth`,
        authorizationEndpoint: `${base}/login/oauth/authorize`,
        tokenEndpoint: `${base}/login/oauth/access_token`,
        hintParameter: 'login',
        accountChoice: { prompt: 'select_account' },
        async identity({ record, list }) {
          const [user, emails] = await Promise.all([record(`${api}/user`), list(`${api}/user/emails`)]);
          const claims = chosenClaims(user, valid, ['login', 'name', 'avatar_url', 'html_url']);
          return { ...identityOf(user, emails ?? []), claims };
        },
      };
    },
  });
}

/** https://docs.github.com/en/enterprise-server/rest and, for *.ghe.com, https://docs.github.com/en/enterprise-cloud */
function apiOf(base: string): string {
  const { origin, host, protocol } = new URL(base);
  if (origin === publicSite || host.endsWith('.ghe.com')) return `${protocol}//api.${host}`;
  return `${base}/api/v3`;
}

function identityOf(user: JsonObject, emails: readonly Json[]): PassportIdentity {
  const { id } = user;
  if (typeof id !== 'number' || !Number.isSafeInteger(id) || id < 1)
    throw new SourceProblem('user_info.malformed', 'id');
  const entries = emails.filter(isJsonObject);
  const main = entries.find(({ primary }) => primary === true);
  return {
    subject: String(id),
    username: textOf(user, 'login', 100),
    name: textOf(user, 'name', 300),
    email: main === undefined ? null : textOf(main, 'email', 1000),
    emailVerified: main?.['verified'] === true,
    otherEmails: entries
      .filter(({ primary, verified }) => verified === true && primary !== true)
      .map((entry) => textOf(entry, 'email', 1000))
      .filter((email) => email !== null),
  };
}
