import type { Request } from 'express';
import Joi from 'joi';
import { parseUrl } from '../base/url.js';
import { defaultFlowIssue, isHostName, type DefaultFlows } from '../flow/default-flows.js';
import { designations, type Flow } from '../flow/flow.js';
import type { FlowFileSettings } from '../flow-files/public.js';
import type { RunningPlans } from '../flow-files/stored/version-entry.js';
import type { OptionRules } from './option-rules.js';
import { functionSchema } from './schemas.js';

export interface FlowOptions {
  /**
   * Ready-made flows, or your own by `defineFlow`.
   * @defaultValue none: only guards use invitations
   */
  readonly flows?: readonly Flow[] | undefined;
  /**
   * Flows of YAML files: `folder` is read at the start, together with `flows`; `policies`, `stages` and `prompts` are
   * the parts of your code by the names that files have for them; `context`, `environment` and `foreignModels` as in
   * `importFlowFiles`. `watch`, by default in development: changed files are taken in while the app runs. `stored`: flows
   * are also read from Redis; `runningPlans`, `keptVersions` and `pollSeconds` belong to it.
   * @defaultValue none: all flows are of code
   * @see [flow files](docs/flow-files.md#in-an-app)
   */
  readonly flowFiles?: FlowFilesOption | undefined;
  /**
   * The flow of each designation that links and `/flows/-/default/<designation>/` lead to, by slug: `{ authentication:
   * 'sign-in' }`. `hosts` sets others for a host name; a function of the request decides for each visitor. Links never
   * contain the host of a request.
   * @defaultValue the first flow of the designation, by slug, that the visitor may use
   * @see [flows](docs/flows.md#designations)
   */
  readonly defaultFlows?: DefaultFlowsOption | undefined;
  /**
   * Your own signup page, for invitation links: a path (`/signup`) or an absolute URL; use `prefillInvite()` there. An
   * invitation with a `flow` leads to that flow.
   * @defaultValue `defaultFlows.enrollment`, or the first enrollment flow; without one, `url` is `null`
   */
  readonly signupUrl?: string | undefined;
  /**
   * `'invite-only'`: no account without a valid invitation. `'open'`: the flows decide.
   * @defaultValue `'invite-only'`
   */
  readonly registration?: 'invite-only' | 'open' | undefined;
}

export interface FlowFilesOption extends FlowFileSettings {
  /** True: a change of the folder is taken in while the app runs. Default: in development. */
  readonly watch?: boolean;
  /** True: flows are also read from the store, where `flows.import` writes them while the app runs. Default false. */
  readonly stored?: boolean;
  /**
   * What happens to running plans of a stored flow that changes: `'keep'`, the default, lets them go on with the version
   * they began with, `'restart'` begins them again. `flows.import` may say otherwise.
   */
  readonly runningPlans?: RunningPlans;
  /** How many versions the store keeps, from 1 to 500. Default 50. */
  readonly keptVersions?: number;
  /** How often each process asks the store for a newer version, in seconds, from 1 to 3600. Default 2. */
  readonly pollSeconds?: number;
}

/** The settings of `flowFiles` that say how files are read. */
export function fileSettingsOf(option: FlowFilesOption | null | undefined): FlowFileSettings {
  const { watch, stored, runningPlans, keptVersions, pollSeconds, ...settings } = option ?? {};
  return settings;
}

export type DefaultFlowsOption =
  (DefaultFlows & { readonly hosts?: { readonly [Host in string]?: DefaultFlows } }) | ((req: Request) => DefaultFlows);

const slugs = Object.fromEntries(designations.map((name) => [name, Joi.string()]));

export const flowRules = {
  flows: {
    schema: Joi.array().items(
      Joi.object({
        slug: Joi.string().required().allow(''),
        bindings: Joi.array().required(),
        insertable: Joi.any().required(),
        guard: Joi.object().required(),
        build: Joi.string().required(),
      })
        .unknown(true)
        .messages({ 'any.required': '{{#label}} is missing: a flow is made by defineFlow or by a ready-made flow' }),
    ),
    default: [],
  },
  flowFiles: {
    schema: Joi.object({
      watch: Joi.boolean(),
      stored: Joi.boolean(),
      runningPlans: Joi.valid('keep', 'restart'),
      keptVersions: Joi.number().strict().integer().min(1).max(500),
      pollSeconds: Joi.number().strict().integer().min(1).max(3600),
    }).unknown(true),
    default: null,
  },
  defaultFlows: {
    schema: Joi.alternatives().conditional(Joi.function(), {
      then: functionSchema,
      otherwise: Joi.object({
        ...slugs,
        hosts: Joi.object().pattern(Joi.string(), Joi.object(slugs)),
      }),
    }),
    default: {},
  },
  signupUrl: {
    schema: Joi.string().custom(checkSignupUrl).messages({
      'signupUrl.form':
        '{{#label}} must be a path of the app such as /signup, or an absolute http or https URL; without fragment and without "invite"',
    }),
    /** Absolute. */
    resolve: (given, { origin }) => (given === undefined ? null : new URL(given, origin).href),
  },
  registration: { schema: Joi.valid('invite-only', 'open'), default: 'invite-only' },
} satisfies OptionRules<FlowOptions>;

function checkSignupUrl(value: string, helpers: Joi.CustomHelpers): unknown {
  const isPath = /^\/(?![\\/])/.test(value);
  const url = parseUrl(value, 'http://localhost');
  if ((!isPath && !/^https?:\/\//.test(value)) || url === null) return helpers.error('signupUrl.form');
  const { hash, username, password, searchParams } = url;
  return hash + username + password === '' && !searchParams.has('invite') ? value : helpers.error('signupUrl.form');
}

/** Default flows that do not exist, or have another designation. */
export function defaultFlowIssues({ flows = [], defaultFlows = {} }: FlowOptions): readonly string[] {
  if (typeof defaultFlows === 'function') return [];
  const { hosts = {}, ...everywhere } = defaultFlows;
  const issuesOf = (path: string, chosen: DefaultFlows): readonly string[] =>
    Object.entries(chosen).flatMap(([designation, slug]) => {
      const issue = defaultFlowIssue(flows, designation, slug);
      return issue === null ? [] : [`"${path}.${designation}": ${issue}`];
    });
  return [
    ...issuesOf('defaultFlows', everywhere),
    ...Object.entries(hosts).flatMap(([host, chosen = {}]) => [
      ...(isHostName(host) ? [] : [`"defaultFlows.hosts": '${host}' is not a host name; write it without a port`]),
      ...issuesOf(`defaultFlows.hosts.${host}`, chosen),
    ]),
  ];
}
