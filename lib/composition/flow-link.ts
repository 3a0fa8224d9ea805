import { didYouMean } from '../base/did-you-mean.js';
import type { JsonObject } from '../base/json.js';
import { settingsCheck } from '../base/settings.js';
import { locationOf, ownPath, type Site } from '../base/target.js';
import type { Flow } from '../flow/flow.js';
import { flowLinkParameter } from '../http/links.js';
import type { FlowLinks } from '../ports/flow-links.js';

export interface FlowLinkSettings {
  /** The slug of a flow with `authentication: 'require_token'`. */
  readonly flow: string;
  /** The id of the user that the flow is about. Who has the link may act for them in this flow. */
  readonly user?: string;
  /** Answers that the pages begin with: `prompt_data` of the plan. */
  readonly promptData?: JsonObject;
  /** Where the flow leads at its end: a path of the app. Default: the flow's target. */
  readonly next?: string;
  /** How long the link may begin its plan; default 1,800, at most 604,800. */
  readonly ttlSeconds?: number;
}

export interface FlowLink {
  /** Contains the token: send it to its owner only, and never log it. */
  readonly url: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

const check = settingsCheck<FlowLinkSettings>('flowLink', (joi) => ({
  flow: joi.string().required(),
  user: joi.string(),
  promptData: joi.object(),
  next: joi.string(),
  ttlSeconds: joi.number().integer().min(1).max(604_800),
}));

/** Issues a link that begins one plan of a flow. @throws ERR_ENROLLMENT_CONFIG, TypeError for a flow that takes none */
export async function issueFlowLink(
  parts: { readonly site: Site; readonly flows: readonly Flow[]; readonly flowLinks: FlowLinks; readonly now: number },
  settings: FlowLinkSettings,
): Promise<FlowLink> {
  check(settings);
  const { site, flows, flowLinks, now } = parts;
  const { flow: slug, user = null, promptData = null, next, ttlSeconds = 1800 } = settings;
  const slugs = flows.filter(({ authentication }) => authentication === 'require_token').map((flow) => flow.slug);
  const path = slugs.includes(slug) ? locationOf(site, { flow: slug }) : null;
  if (path === null)
    throw new TypeError(`there is no flow '${slug}' with authentication: 'require_token'${didYouMean(slug, slugs)}`);
  const target = next === undefined ? null : ownPath(site, next);
  if (next !== undefined && target === null) throw new TypeError(`flowLink(): "next" must be a path of the app`);
  const { token } = await flowLinks.issue({ flow: slug, user, promptData, next: target }, ttlSeconds);
  return {
    url: `${site.origin}${path}?${flowLinkParameter}=${token.reveal()}`,
    expiresAt: now + ttlSeconds * 1000,
  };
}
