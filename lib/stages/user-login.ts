import { message } from '../base/message.js';
import { secondsRule } from '../base/setting-rules.js';
import type { GeoBinding, NetworkBinding } from '../ports/client-binding.js';
import { defineSilentStage } from '../flow/define-stage.js';

interface UserLoginSettings {
  /** How long the sign-in lasts, in seconds; default null: as long as the browser's session. */
  readonly rememberSeconds?: number | null;
  /**
   * How long it lasts for users who asked to stay signed in; default: as for all others. An earlier stage asks:
   * `identification` or `passwordStage` with `rememberMe`.
   */
  readonly rememberMeSeconds?: number;
  /** True ends the user's sessions in other browsers. Default false. */
  readonly endOtherSessions?: boolean;
  /**
   * The sign-in is valid in the browser's present network only: `network`, the /24 of an IPv4 address and the /64 of an
   * IPv6 address; `address`, the address itself, IPv6 by /64; `asn`, its autonomous system. Default `none`: phones change
   * their network often.
   */
  readonly networkBinding?: NetworkBinding;
  /** The sign-in is valid on the browser's present `continent`, in its `country` or `city` only. Default `none`. */
  readonly geoBinding?: GeoBinding;
}

/** Signs the flow's user in, once the plan is saved. */
export const userLogin = defineSilentStage<UserLoginSettings>({
  kind: 'user_login',
  settings: (joi) => ({
    rememberSeconds: secondsRule(joi).allow(null),
    rememberMeSeconds: secondsRule(joi),
    endOtherSessions: joi.boolean(),
    networkBinding: joi.valid('none', 'asn', 'network', 'address'),
    geoBinding: joi.valid('none', 'continent', 'country', 'city'),
  }),
  requires: ({ networkBinding = 'none', geoBinding = 'none' }) =>
    networkBinding === 'asn' || geoBinding !== 'none' ? ['address-lookup'] : [],
  signsIn: true,
  hasSideEffects: true,
  needs: ({ rememberMeSeconds }) => [
    'pending_user',
    ...(rememberMeSeconds === undefined ? [] : (['remember_me'] as const)),
  ],
  async run(settings, at) {
    const { endOtherSessions, networkBinding, geoBinding } = settings;
    const user = at.context.pending_user;
    if (user === undefined) return { type: 'denied', message: message('stage.user_login.no_account') };
    const { identity, is_sso, source_stage, source_stage_user } = at.context;
    // Of a source stage that accepts any identity: it says nothing about the account.
    const isAnybodys = source_stage !== undefined && source_stage_user === undefined;
    // The identity came in an earlier request where the flow has pages: it may have been disconnected since.
    const refusal =
      is_sso === true && identity !== undefined && !isAnybodys && at.flow.designation === 'authentication'
        ? await at.services.identities?.refusal(user, identity)
        : null;
    if (refusal) return refusal;
    // A sign-up signs in as well, without a password check.
    await at.services.credentials.rememberClient(user, at.facts.address);
    return {
      type: 'completed',
      effect: {
        signIn: user,
        ...(endOtherSessions === true ? { endOtherSessions } : {}),
        ...(networkBinding === undefined ? {} : { networkBinding }),
        ...(geoBinding === undefined ? {} : { geoBinding }),
        rememberSeconds: secondsFor(settings, at.context.remember_me === true),
        ...(at.context.is_restored === true ? { method: 'ticket' as const } : {}),
        ...(at.context.is_sso === true && at.flow.designation !== 'enrollment' ? { method: 'sso' as const } : {}),
      },
    };
  },
});

function secondsFor({ rememberSeconds = null, rememberMeSeconds }: UserLoginSettings, wished: boolean): number | null {
  return wished && rememberMeSeconds !== undefined ? rememberMeSeconds : rememberSeconds;
}
