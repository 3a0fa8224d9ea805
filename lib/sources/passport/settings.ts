import { isSettings, nameIssues, type SettingNames } from '../../base/setting-names.js';
import type { PassportIdentity } from '../../ports/source.js';
import type { PassportStrategy } from '../drive-strategy.js';
import { isBoolean, isFunction, issue, issuerIssues, optional } from '../setting-checks.js';
import { commonIssues, commonNames, type CommonSettings } from '../source-settings.js';

/** The function that a strategy calls as its `verify`. */
export type Verify = (...given: unknown[]) => void;

/** Any Passport strategy that redirects the browser to a provider and gets it back. */
export interface PassportSourceSettings<Given extends readonly unknown[] = readonly unknown[]> extends CommonSettings {
  /**
   * Creates the strategy once, at the first sign-in; if that fails, the next sign-in tries again. Pass it `verify`
   * unchanged, and `callbackUrl`.
   */
  strategy(verify: Verify, callbackUrl: string): PassportStrategy | Promise<PassportStrategy>;
  /**
   * Gets the arguments of the strategy's `verify` without the last one: `(accessToken, refreshToken, profile)` with
   * most strategies for OAuth 2. `null`: access is denied. Tokens are discarded afterwards.
   */
  identity(...given: Given): PassportIdentity | null | Promise<PassportIdentity | null>;
  /**
   * The issuer of the source's identities, such as `https://github.com`. It is stored with every identity, so that the
   * same slug at another server never signs a person in as one of this server's users. If an answer contains its issuer
   * (RFC 9207), it must be this one.
   */
  readonly issuer: string;
  /** Passed to the strategy's `authenticate`, such as `{ scope: ['email'] }`. */
  readonly options?: Readonly<Record<string, unknown>> | undefined;
  /**
   * How many parameters `verify` declares, for strategies that depend on it: with 5, passport-oauth2 also passes the
   * token response.
   */
  readonly verifyArity?: number | undefined;
  /** True for a provider that posts its answer; the strategy gets it as query and as body. Default false. */
  readonly formPost?: boolean | undefined;
}

const names: SettingNames<PassportSourceSettings> = {
  ...commonNames,
  strategy: true,
  identity: true,
  issuer: true,
  options: true,
  verifyArity: true,
  formPost: true,
};

/** Returns all mistakes, including unknown names. */
export function passportIssues<Given extends readonly unknown[]>(
  settings: PassportSourceSettings<Given>,
): readonly string[] {
  const misnamed = nameIssues(settings, names);
  return isSettings(settings) ? [...misnamed, ...valueIssues(settings)] : misnamed;
}

function valueIssues<Given extends readonly unknown[]>(settings: PassportSourceSettings<Given>): readonly string[] {
  const { strategy, identity, issuer, options, verifyArity, formPost } = settings;
  return [
    ...commonIssues(settings),
    ...issue(isFunction(strategy), '"strategy" must be a function that makes the strategy'),
    ...issue(isFunction(identity), '"identity" must be a function'),
    ...issuerIssues(issuer),
    ...issue(
      optional(options, (value) => typeof value === 'object' && value !== null),
      '"options" must be a record',
    ),
    ...issue(
      optional(
        verifyArity,
        (value) => typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 10,
      ),
      '"verifyArity" must be a whole number from 0 to 10',
    ),
    ...issue(optional(formPost, isBoolean), '"formPost" must be true or false'),
  ];
}
