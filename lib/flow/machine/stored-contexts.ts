import { isSameJson } from '../../base/json.js';
import type { Context } from '../context.js';
import type { Plan } from '../plan.js';

type Contexts = Pick<Plan, 'origin' | 'context'>;

/**
 * A plan's two contexts as they are stored. The identity and the provider's data are stored only once: they may be as
 * long as 8 kB, and a whole plan must fit into 16 kB.
 */
export function storedContexts({ origin, context }: Contexts): Contexts {
  if (origin.identity === undefined) return { origin, context };
  const lean = withoutUserinfo(context);
  const { identity, ...others } = lean;
  return { origin: withoutUserinfo(origin), context: isSameJson(identity, origin.identity) ? others : lean };
}

/** The contexts that were stored. */
export function wholeContexts({ origin, context }: Contexts): Contexts {
  if (origin.identity === undefined) return { origin, context };
  return { origin: withUserinfo(origin), context: withUserinfo({ identity: origin.identity, ...context }) };
}

function withoutUserinfo(context: Context): Context {
  const { oauth_userinfo, ...others } = context;
  return isSameJson(context.identity?.claims, oauth_userinfo) ? others : context;
}

function withUserinfo(context: Context): Context {
  const { identity, oauth_userinfo } = context;
  return identity === undefined || oauth_userinfo !== undefined
    ? context
    : { ...context, oauth_userinfo: identity.claims };
}
