import { configError } from '../base/config-error.js';
import { message } from '../base/message.js';
import { namesRule, rule } from '../base/setting-rules.js';
import { allowedTarget, flowTarget, isWebOrigin, type RedirectTarget } from '../base/target.js';
import { parseUrl } from '../base/url.js';
import type { ContextKey } from '../flow/context.js';
import { defineSilentStage } from '../flow/define-stage.js';
import type { SilentStage } from '../flow/stage.js';

interface RedirectSettings {
  /** A path of the app, or an https address. */
  readonly targetStatic?: string;
  /** The slug of a flow, in place of `targetStatic`. */
  readonly targetFlow?: string;
  /**
   * Whether the other flow begins with the context of this one; a list names keys of your own to keep as well. Default
   * true. What is proved is kept only for a user that this flow has evidence of.
   */
  readonly keepContext?: boolean | readonly ContextKey[];
  /** Origins that `redirect_stage_target` of the context may name: `['https://shop.example']`. Default none. */
  readonly allowedOrigins?: readonly string[];
  /** Slugs of flows that `redirect_stage_target` of the context may name. Default none. */
  readonly allowedFlows?: readonly string[];
}

const stage = defineSilentStage<RedirectSettings>({
  kind: 'redirect',
  settings: (joi) => ({
    targetStatic: rule(joi, isStaticTarget, 'must be a path of the app, or an https address'),
    targetFlow: joi.string(),
    keepContext: joi.alternatives(joi.boolean(), namesRule(joi)),
    allowedOrigins: joi
      .array()
      .items(
        rule(
          joi,
          (one) => typeof one === 'string' && isWebOrigin(one),
          'must be an origin such as https://shop.example',
        ),
      ),
    allowedFlows: namesRule(joi),
  }),
  hasSideEffects: false,
  alwaysEnds: 'redirected',
  leadsTo: ({ targetFlow }) => targetFlow ?? null,
  leadsToOrigins: ({ targetStatic, allowedOrigins = [] }) => [...originsOf(targetStatic), ...allowedOrigins],
  run(settings, { context, services, flow, step }) {
    const wanted = context.redirect_stage_target;
    const to = wanted === undefined ? configuredTarget(settings) : targetNamed(settings, wanted);
    if (to !== null) return { type: 'ended', to, keepContext: settings.keepContext ?? true };
    services.log.warn(
      { flow: flow.slug, step },
      'redirect_stage_target is not among the targets that the stage allows',
    );
    return { type: 'denied', message: message('stage.redirect.denied') };
  },
});

/**
 * Ends the flow and redirects: to a path of the app, an address of another site, or another flow, which can go on with
 * what this one knows.
 * @throws ERR_ENROLLMENT_CONFIG, also without exactly one of `targetStatic` and `targetFlow`
 */
export function redirectStage(settings: Parameters<typeof stage>[0]): SilentStage {
  const made = stage(settings);
  const { name, targetStatic, targetFlow } = settings;
  if ((targetStatic === undefined) === (targetFlow === undefined))
    throw configError([`redirect stage '${name}': set either targetStatic or targetFlow`]);
  return made;
}

function configuredTarget({ targetStatic, targetFlow }: RedirectSettings): RedirectTarget | null {
  return targetFlow === undefined ? allowedTarget(targetStatic, originsOf(targetStatic)) : flowTarget(targetFlow);
}

/** The value may come from anywhere: nothing that the stage does not allow is accepted. */
function targetNamed(settings: RedirectSettings, wanted: string): RedirectTarget | null {
  const { targetFlow, targetStatic, allowedFlows = [], allowedOrigins = [] } = settings;
  const [, slug] = /^ak-flow:\/\/([-a-zA-Z0-9_]{1,50})$/.exec(wanted) ?? [];
  if (slug !== undefined) return slug === targetFlow || allowedFlows.includes(slug) ? flowTarget(slug) : null;
  return allowedTarget(wanted, [...originsOf(targetStatic), ...allowedOrigins]);
}

/** A path of the app, or an https address. */
export function isStaticTarget(value: unknown): boolean {
  return typeof value === 'string' && allowedTarget(value, originsOf(value)) !== null;
}

/** The origin of a static address, which its author names by it; none for a path. */
function originsOf(target: string | undefined): readonly string[] {
  const url = target === undefined ? null : parseUrl(target);
  return url === null ? [] : [url.origin];
}
