import type Joi from 'joi';
import { all, chain, recover, type Awaitable } from '../base/awaitable.js';
import { messageRule } from '../base/setting-rules.js';
import { flowTarget } from '../base/target.js';
import { compute, kindOf, wrong, type Computed } from './computed.js';
import type { StageContext } from './facts.js';
import { toMessage, type MessageLike } from './prompt.js';
import type { AskingStage, StageLink } from './stage.js';

/** A link of a page to a flow, in the settings of stages and of ready-made flows. */
export interface FlowLink {
  /** Its slug. */
  readonly flow: string;
  readonly label: MessageLike;
  /**
   * False hides the link; a function is called for each page. Default true. Where it throws, gives no boolean or none
   * within five seconds, the page is shown without the link, and the log and the event `link.failed` say so.
   */
  readonly when?: Computed<boolean>;
}

export function flowLinksRule(joi: Joi.Root): Joi.ArraySchema {
  return joi.array().items(
    joi.object({
      flow: joi.string().required(),
      label: messageRule(joi).required(),
      when: joi.alternatives(joi.boolean(), joi.function()),
    }),
  );
}

export function toStageLinks(links: readonly FlowLink[]): readonly StageLink[] {
  return links.map(({ flow, label, when }) => ({
    to: flowTarget(flow),
    label: toMessage(label),
    ...(when === undefined ? {} : { when }),
  }));
}

/** The links that this visitor's page has; `failed` decides about one whose `when` throws, or is neither true nor false. */
export function offeredLinks(
  { name, links }: Pick<AskingStage, 'name' | 'links'>,
  at: StageContext,
  failed: (link: StageLink, index: number, error: unknown) => boolean,
): Awaitable<readonly StageLink[]> {
  // Most stages have none that depends on anything.
  if (links.every(({ when }) => when === undefined)) return links;
  return chain(
    all(links, (link, index) =>
      recover(
        () => isOffered({ name, index, link }, at),
        (error) => failed(link, index, error),
      ),
    ),
    (offered) => links.filter((_, index) => offered[index] === true),
  );
}

function isOffered(
  { name, index, link: { when = true } }: { readonly name: string; readonly index: number; readonly link: StageLink },
  at: StageContext,
): Awaitable<boolean> {
  const place = { of: 'stage', key: name, setting: `links[${String(index)}].when` } as const;
  return chain(compute(place, when, at), (value: unknown) => {
    if (value === undefined || value === null) return false;
    if (typeof value !== 'boolean') throw wrong(place, `must be true or false, and is ${kindOf(value)}`);
    return value;
  });
}
