import type * as OpenIdConnect from 'passport-openidconnect';
import { driveStrategy, strategyRequest } from '../drive-strategy.js';
import { problemOf, problemOfOutcome, SourceProblem } from '../problem.js';
import type { ProviderMetadata } from './discovery.js';
import type { Tokens } from './provider-tokens.js';

interface StrategySettings {
  /** As configured. */
  readonly issuer: string;
  readonly metadata: ProviderMetadata;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scope: readonly string[];
  readonly responseMode: string | null;
  /** For each response of the provider. */
  readonly timeoutMs: number;
}

type ExchangeCode = (code: string) => Promise<Tokens>;

/**
 * The address of an authorization request, made by passport-openidconnect; `parameters` are added to its own: nonce,
 * PKCE.
 * @throws SourceProblem; ERR_ENROLLMENT_CONFIG where the package is missing
 */
export async function authorizationUrl(
  settings: StrategySettings,
  state: string,
  parameters: Readonly<Record<string, string>>,
): Promise<string> {
  const noCode: ExchangeCode = () => Promise.reject(new SourceProblem('callback.code_missing'));
  const outcome = await run(settings, { state, parameters, exchange: noCode }, new Map());
  if (outcome.type !== 'redirect') throw problemOfOutcome(outcome);
  return outcome.to;
}

/**
 * Makes passport-openidconnect exchange the callback's code through `exchange`. The tokens are not verified yet.
 * @throws SourceProblem, or what `exchange` rejects with as a problem
 */
export async function tokensOfCallback(
  settings: StrategySettings,
  code: string,
  exchange: ExchangeCode,
): Promise<Tokens> {
  let tokens: Tokens | null = null;
  const noted: ExchangeCode = async (given) => (tokens = await exchange(given));
  const outcome = await run(settings, { state: '', parameters: {}, exchange: noted }, new Map([['code', code]]));
  if (outcome.type !== 'success' || tokens === null) throw problemOfOutcome(outcome);
  return tokens;
}

interface SignIn {
  readonly state: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly exchange: ExchangeCode;
}

async function run(
  settings: StrategySettings,
  signIn: SignIn,
  parameters: ReadonlyMap<string, string>,
): ReturnType<typeof driveStrategy> {
  const strategy = await createStrategy(settings, signIn);
  const request = strategyRequest(settings.redirectUri, parameters, {});
  return driveStrategy({ strategy, request, options: {}, deadlineMs: 2 * settings.timeoutMs });
}

/**
 * passport-openidconnect for one sign-in. Alone, it accepts unsigned ID tokens, keeps one state per host, has no PKCE,
 * has no request timeout and throws in callbacks. So the kit provides state, nonce and PKCE, and the exchange ends
 * here: the strategy succeeds with the tokens, and its own check of the ID token, which jose verifies, never runs.
 */
async function createStrategy(
  { issuer, metadata, clientId, redirectUri, scope, responseMode }: StrategySettings,
  { state, parameters, exchange }: SignIn,
): Promise<OpenIdConnect.Strategy> {
  const Base = await loadStrategy();

  class SignInStrategy extends Base {
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
          store: storeOf(state),
        },
        () => undefined,
      );
    }

    override authenticate(...given: Parameters<OpenIdConnect.Strategy['authenticate']>): void {
      Object.assign(this._oauth2, {
        getOAuthAccessToken: (code: string): void => {
          exchange(code).then(
            (tokens) => this.success(tokens),
            (error: unknown) => this.error(problemOf(error)),
          );
        },
      });
      super.authenticate(...given);
    }

    override authorizationParams(): object {
      return { ...parameters };
    }
  }
  return new SignInStrategy();
}

/** A state store as Passport defines it. It stores nothing: the kit does that before and after. */
function storeOf(state: string): Pick<OpenIdConnect.SessionStore, 'store' | 'verify'> {
  return {
    store: (_req, _context, _appState, _meta, done) => done(null, state),
    verify: (_req, _state, done) => done(null, {}),
  };
}

async function loadStrategy(): Promise<typeof OpenIdConnect.Strategy> {
  const { default: Strategy } = await import('passport-openidconnect');
  return Strategy;
}
