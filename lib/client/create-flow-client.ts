import type { Challenge, ChallengeResponse } from './challenges.js';
import { createExchange, type Answer, type Sent, type Shown } from './exchange.js';
import { FlowClientError, isFlowClientError } from './flow-client-error.js';
import { httpAddress } from './http-address.js';
import { createPlanTokens, type PlanTokens } from './plan-tokens.js';
import { createSequence } from './sequence.js';
import { readSettings, type ClientConfig, type FlowClientSettings } from './settings.js';

/** What the stages of an app have at least. */
interface Component {
  readonly component: string;
}

export interface FlowCallOptions {
  /** Its call rejects with the signal's reason. An answer that was on its way may have been taken all the same. */
  readonly signal?: AbortSignal | undefined;
}

/** The client of one flow. Calls run one after the other, in the order in which they were made. */
export interface FlowClient<OwnChallenge extends Component = never, OwnResponse extends Component = never> {
  readonly slug: string;
  readonly query: string;
  /** By bearer: the token of the plan, to go on with later. Each answer may replace it. `null`: there is none. */
  readonly token: string | null;
  /** The page that shows the same plan, to visitors with the browser's cookies. */
  readonly pageUrl: string;
  /**
   * The challenge that the plan is at. Nothing changes.
   * @throws FlowClientError, see `FlowClientErrorCode`
   */
  current(options?: FlowCallOptions): Promise<Challenge | OwnChallenge>;
  /**
   * Answers the challenge that this client had got last when the call was made, and no other one. Of two clicks, the
   * second is answered as the first; if the plan has moved on meanwhile, nothing is done, and the present challenge
   * comes, with `page.notice`. A field with a `File` or `Blob` is sent as a file; the `response` of an entry of
   * `page.actions` is sent as it is.
   * @throws FlowClientError, see `FlowClientErrorCode`; after `unavailable` and `unreachable` the same answer may be
   * sent again
   */
  solve(response: ChallengeResponse | OwnResponse, options?: FlowCallOptions): Promise<Challenge | OwnChallenge>;
  /**
   * Ends the plan and releases its reserved seat: the challenge, or the redirect, that follows. Where that plan is over
   * already, as after a sign-out, nothing is done, and the present challenge comes.
   */
  cancel(options?: FlowCallOptions): Promise<Challenge | OwnChallenge>;
  /** Ends the plan and begins the flow again: its first challenge. */
  restart(options?: FlowCallOptions): Promise<Challenge | OwnChallenge>;
  /** A path or address of a challenge, e.g. `to` or `href`, as an address; `null` where it is none of http. */
  urlOf(address: string): string | null;
  /**
   * The client of the flow whose page has this address; `null`: it is of no flow here. Its plan is the one that this
   * flow is at, but by bearer, each code or token that an address brings has a plan of its own.
   */
  at(address: string): FlowClient<OwnChallenge, OwnResponse> | null;
}

/**
 * A client of a flow's JSON, for browsers and Node. Redirects (`xak-flow-redirect`) are given to the caller as they are.
 * @throws FlowClientError `invalid_settings`
 */
export function createFlowClient<OwnChallenge extends Component = never, OwnResponse extends Component = never>(
  settings: FlowClientSettings<OwnChallenge>,
): FlowClient<OwnChallenge, OwnResponse> {
  const config = readSettings(settings);
  const tokens = createPlanTokens();
  if (config.token !== null) tokens.of(config.slug, config.query).set(config.token);
  return clientOf(config, tokens, createSequence());
}

/** A step that only says whose plan it is. */
const isAnsweredByNothing = (step: string): boolean => /^\d+\.~cancel\./.test(step);

// A proxy in front of the app may redirect for ever.
const mostRedirects = 5;

function clientOf<OwnChallenge extends Component, OwnResponse extends Component>(
  config: ClientConfig<OwnChallenge>,
  tokens: PlanTokens,
  inSequence: ReturnType<typeof createSequence>,
): FlowClient<OwnChallenge, OwnResponse> {
  type Any = Challenge | OwnChallenge;
  const { baseUrl, slug, query, byBearer, onChallenge } = config;
  const own = tokens.of(slug, query);
  const exchange = createExchange(config, own, tokens.begin);
  const pages = `${baseUrl}/if/flow/`;
  let step: string | null = null;

  /** The challenge that an answer leads to. */
  async function follow(first: Answer<OwnChallenge>, signal?: AbortSignal): Promise<Shown<OwnChallenge>> {
    let answer = first;
    for (let count = 0; answer.type === 'redirect'; count += 1) {
      if (count === mostRedirects) throw new FlowClientError('unexpected_answer', 'the flow redirects without end');
      answer = await exchange({ signal });
    }
    return answer;
  }

  async function settle(first: Answer<OwnChallenge>, signal?: AbortSignal): Promise<Any> {
    const shown = await follow(first, signal);
    ({ step } = shown);
    onChallenge(shown.challenge);
    return shown.challenge;
  }

  /** The CSRF value is of the plan that was seen last in this browser, in whichever tab: it is asked for, once. */
  async function post(sent: Sent): Promise<Answer<OwnChallenge>> {
    try {
      return await exchange(sent);
    } catch (error) {
      if (!isFlowClientError(error) || error.reason !== 'csrf_failed') throw error;
      await exchange({ signal: sent.signal });
      return exchange(sent);
    }
  }

  /** Ends the plan for the visitor of the challenge that was shown when the call was made; without one, for the present. */
  async function end(shown: string | null, signal?: AbortSignal): Promise<Answer<OwnChallenge>> {
    const named = shown ?? (await follow(await exchange({ signal }), signal)).step;
    return post({ path: 'cancel/', body: {}, step: named, signal });
  }

  /** `begins`: the flow anew. */
  function ending(begins: boolean): FlowClient<OwnChallenge>['cancel'] {
    return ({ signal } = {}) => {
      const shown = step;
      return inSequence(async () => {
        const ended = await end(shown, signal);
        return settle(begins ? await exchange({ signal }) : ended, signal);
      }, signal);
    };
  }

  function urlOf(address: string): string | null {
    return httpAddress(address, `${baseUrl}/`)?.href ?? null;
  }

  return {
    slug,
    query,
    get token() {
      return byBearer ? own.get() : null;
    },
    pageUrl: `${pages}${slug}/${query === '' ? '' : `?${query}`}`,
    current: ({ signal } = {}) => inSequence(async () => settle(await exchange({ signal }), signal), signal),
    solve(body, { signal } = {}) {
      // The second of two clicks is for the challenge that was shown, not for what the first click leads to.
      const answered = step;
      return inSequence(async () => {
        if (answered === null || isAnsweredByNothing(answered))
          throw new FlowClientError('nothing_to_solve', 'no challenge waits: await current() first');
        return settle(await post({ body, step: answered, signal }), signal);
      }, signal);
    },
    cancel: ending(false),
    restart: ending(true),
    urlOf,
    at(address) {
      const url = urlOf(address);
      if (url === null || !url.startsWith(pages)) return null;
      const [, other, search = ''] = /^([\w-]+)\/?(?:\?([^#]*))?(?:#|$)/.exec(url.slice(pages.length)) ?? [];
      return other === undefined ? null : clientOf({ ...config, slug: other, query: search }, tokens, inSequence);
    },
  };
}
