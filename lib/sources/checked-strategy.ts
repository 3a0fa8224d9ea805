import type * as OpenIdConnect from 'passport-openidconnect';
import { EnrollmentError } from '../base/error.js';
import type { JsonObject } from '../base/json.js';
import type { ProviderMetadata } from './discovery.js';
import type { PassportStrategy } from './drive-strategy.js';
import { problemOf } from './problem.js';

export interface CheckedSignIn {
  /** The issuer of this very sign-in. */
  readonly issuer: string;
  readonly metadata: ProviderMetadata;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scope: readonly string[];
  readonly responseMode: string | null;
  readonly state: string;
  readonly nonce: string;
  /** Further parameters of the authorization request. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Turns the code into the claims of a token that was checked; rejects where anything was wrong. */
  readonly redeem: (code: string) => Promise<JsonObject>;
}

/**
 * passport-openidconnect for one sign-in. By itself it takes unsigned tokens, keeps one state per host, has no PKCE and
 * throws in callbacks. Here it asks and is answered by us: state, nonce and PKCE are ours, the code is redeemed by
 * `redeem`, and what it looks at afterwards was checked before, so that it is a second opinion and never the only one.
 * @throws ERR_ENROLLMENT_CONFIG where the package is missing
 */
export async function createCheckedStrategy(signIn: CheckedSignIn): Promise<PassportStrategy> {
  const Base = await loadStrategy();
  const { issuer, metadata, clientId, redirectUri, scope, responseMode, state, nonce, parameters, redeem } = signIn;

  class CheckedStrategy extends Base {
    constructor() {
      super(
        {
          issuer,
          authorizationURL: metadata.authorizationEndpoint,
          tokenURL: metadata.tokenEndpoint,
          userInfoURL: metadata.userInfoEndpoint ?? metadata.tokenEndpoint,
          callbackURL: redirectUri,
          clientID: clientId,
          // The strategy sends no request of its own.
          clientSecret: '',
          scope: scope.filter((name) => name !== 'openid'),
          ...(responseMode === null ? {} : { responseMode }),
          skipUserProfile: true,
          passReqToCallback: true,
          store: storeOf(state, nonce),
        },
        // Which arguments it gives depends on how many are declared: nine, literally.
        (
          _req: unknown,
          _issuer: unknown,
          _profile: unknown,
          _context: unknown,
          _idToken: unknown,
          _accessToken: unknown,
          _refreshToken: unknown,
          _params: unknown,
          done: OpenIdConnect.VerifyCallback,
        ) => done(null, {}),
      );
    }

    override authenticate(...given: Parameters<OpenIdConnect.Strategy['authenticate']>): void {
      const fail = (error: unknown): void => this.error(problemOf(error));
      Object.assign(this._oauth2, {
        getOAuthAccessToken(code: string, _params: unknown, done: (...answer: unknown[]) => void) {
          const answer = (claims: JsonObject): void => done(null, 'checked', '', { id_token: restated(claims) });
          // What the strategy throws in its callback ends this sign-in, and nothing else.
          redeem(code).then(answer).catch(fail);
        },
      });
      super.authenticate(...given);
    }

    override authorizationParams(): object {
      return { ...parameters, nonce };
    }
  }
  return new CheckedStrategy();
}

/** A state store in Passport's sense, which stores nothing: that is done before and after. */
function storeOf(state: string, nonce: string): Pick<OpenIdConnect.SessionStore, 'store' | 'verify'> {
  return {
    store: (_req, _context, _appState, _meta, done) => done(null, state),
    verify: (_req, _state, done) => done(null, { nonce }),
  };
}

/**
 * Checked claims in the form in which the strategy wants to look at them. It has no tolerance for clocks, and reads its
 * own: whether the token is expired was decided before.
 */
function restated(claims: JsonObject): string {
  const encode = (part: JsonObject): string => Buffer.from(JSON.stringify(part)).toString('base64url');
  return `${encode({ alg: 'none' })}.${encode({ ...claims, exp: Math.floor(Date.now() / 1000) + 60 })}.`;
}

async function loadStrategy(): Promise<typeof OpenIdConnect.Strategy> {
  try {
    const { default: Strategy } = await import('passport-openidconnect');
    return Strategy;
  } catch (cause) {
    throw new EnrollmentError(
      'ERR_ENROLLMENT_CONFIG',
      'openIdConnectSource needs the package passport-openidconnect: npm install passport-openidconnect',
      { cause },
    );
  }
}
