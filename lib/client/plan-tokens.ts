/** The bearer token of the plan of one client. */
export interface HeldToken {
  get(): string | null;
  /** As `get`, for a request: the flow is at this plan from now on. */
  use(): string | null;
  /** `null`: it is of no plan any more. */
  set(token: string | null): void;
}

/** Bearer tokens of plans, which the clients of one server share. */
export interface PlanTokens {
  /** The one of a client with this query. */
  of(slug: string, query: string): HeldToken;
  /** Keeps that of a plan that another flow has begun: no link did. */
  readonly begin: (slug: string, token: string) => void;
}

/** What brings a code, or a link that the server issued. */
const linkParameters = ['invite', 'itoken', 'token', 'mail', 'flow_token', 'ticket'];

/**
 * A link with a code begins another plan, whose token must not take the place of the one before. A client with any other
 * query has the plan that its flow is at when the client is made.
 */
export function createPlanTokens(): PlanTokens {
  const tokens = new Map<string, string>();
  const latest = new Map<string, string>();

  function keyOf(slug: string, query: string): string {
    const sent = new URLSearchParams(query);
    const link = linkParameters.map((name) => sent.get(name));
    return link.every((one) => one === null) ? (latest.get(slug) ?? slug) : `${slug} ${JSON.stringify(link)}`;
  }

  return {
    of(slug, query) {
      const key = keyOf(slug, query);
      const get = (): string | null => tokens.get(key) ?? null;
      return {
        get,
        use() {
          latest.set(slug, key);
          return get();
        },
        set(token) {
          if (token === null) tokens.delete(key);
          else tokens.set(key, token);
        },
      };
    },
    begin(slug, token) {
      tokens.set(slug, token);
      latest.set(slug, slug);
    },
  };
}
