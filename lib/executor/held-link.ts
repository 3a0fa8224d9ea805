import type { Awaitable } from '../base/awaitable.js';
import type { TakenLink } from '../ports/flow-links.js';
import type { Reply } from './reply.js';
import type { Ask, ExecutorContext } from './run.js';

/** The link that a request took, until its end says whether a plan has begun. */
interface HeldLink {
  /** The context whose links are held. */
  readonly context: ExecutorContext;
  /** The request has an answer: a refusal has begun nothing, and neither has a page whose plan is not stored. */
  settle(reply: Reply): Awaitable<void>;
  /** The request failed before anything of its plan was stored. */
  release(): Awaitable<void>;
}

/**
 * Holds the link that this request takes. Where the process ends before it is settled, or the store does not answer, the
 * claim lapses, and the store of plans decides.
 */
export function holdLink(context: ExecutorContext, { flow, facts }: Ask): HeldLink {
  const { plans, services } = context;
  const { flowLinks } = services;
  if (flow.authentication !== 'require_token' || flowLinks === undefined || !facts.act) return { context, ...none };
  const taken: TakenLink[] = [];
  let isStored = false;
  const each = async (settle: (link: TakenLink) => Promise<void>): Promise<void> => {
    for (const link of taken.splice(0)) {
      await settle(link).catch((error: unknown) => {
        context.log.warn({ err: error, flow: flow.slug }, 'a link could not be settled; its claim ends by itself');
      });
    }
  };
  return {
    context: {
      ...context,
      plans: {
        load: (id) => plans.load(id),
        replace: (...plan) => plans.replace(...plan),
        drop: (id) => plans.drop(id),
        async create(...plan) {
          const saved = await plans.create(...plan);
          isStored = true;
          return saved;
        },
      },
      services: {
        ...services,
        flowLinks: {
          ...flowLinks,
          async take(...link) {
            const one = await flowLinks.take(...link);
            if (one !== null) taken.push(one);
            return one;
          },
        },
      },
    },
    settle: ({ type }) =>
      each((link) => (type === 'refusal' || (type === 'stage' && !isStored) ? link.release() : link.keep())),
    release: () => each((link) => link.release()),
  };
}

const nothing = (): void => undefined;
const none = { settle: nothing, release: nothing };
