import { deepestCause } from '../base/deepest-cause.js';
import { didYouMean } from '../base/did-you-mean.js';
import type { JsonObject } from '../base/json.js';
import { message } from '../base/message.js';
import type { Context } from '../flow/context.js';
import type { StageContext } from '../flow/facts.js';
import type { Flow } from '../flow/flow.js';
import { isGate, type AskingStage } from '../flow/stage.js';
import { mayCreateAccount } from '../http/creates-account.js';
import { invitedBy, pageModel } from '../http/page-model.js';
import { signatureField } from '../http/posted-form.js';
import { stepsOf } from '../http/steps.js';
import type { PageModel } from '../pages/page-model.js';
import type { Pages } from '../pages/pages.js';
import type { Services } from '../ports/services.js';

/** Which page, and for which visitor. */
export interface PreviewRequest {
  /** The flow's slug. */
  readonly flow: string;
  /** The stage's name. */
  readonly stage: string;
  /** The plan's context; default: that of a new plan. */
  readonly context?: Context;
  /** A language tag; default: the default language. */
  readonly locale?: string;
}

export interface Preview {
  /** The page; empty where it could not be drawn. */
  readonly html: string;
  /** What functions threw, and what is wrong with the page; empty if all is well. */
  readonly problems: readonly string[];
}

interface PreviewParts {
  readonly flows: readonly Flow[];
  readonly pages: Pages;
  readonly services: Services;
  /** The path of `baseUrl`. */
  readonly mount: string;
  readonly now: () => number;
}

/**
 * Draws the page of a stage for its author. Nothing is stored, and the form that is drawn is never accepted.
 * @throws TypeError for a flow or a stage that does not exist, or has no page
 */
export async function drawPreview(parts: PreviewParts, request: PreviewRequest): Promise<Preview> {
  const flow = named(parts.flows, request.flow, ({ slug }) => slug, 'flow');
  const bindings = [...flow.bindings, ...flow.insertable.values()];
  const { stage, key } = named(bindings, request.stage, (binding) => binding.stage.name, 'stage');
  if (!stage.asking) throw new TypeError(`the stage '${request.stage}' has no page`);
  const locale = request.locale ?? parts.pages.defaultLanguage;
  const at: StageContext = {
    facts: { act: false, address: 'preview', locale, now: parts.now(), entryLink: {} },
    flow,
    enrollmentId: 'preview',
    step: key,
    context: request.context ?? {},
    services: parts.services,
    signal: new AbortController().signal,
  };
  try {
    const challenge = await stage.challenge(at);
    const { drawn, problems, warnings } = parts.pages.inspect(modelOf(parts, at, stage, challenge));
    return { html: drawn.html, problems: [...problems.map(({ text }) => text), ...warnings] };
  } catch (error) {
    return { html: '', problems: [deepestCause(error)] };
  }
}

function modelOf(
  { mount }: PreviewParts,
  { flow, step, context, facts }: StageContext,
  stage: AskingStage,
  challenge: JsonObject,
): PageModel {
  const inviter = isGate(stage) ? null : (context.inviter_name ?? null);
  return pageModel({
    view: stage.view,
    layout: flow.layout,
    locale: facts.locale,
    languagePath: `${mount}/if/flow/${flow.slug}/`,
    flow: { slug: flow.slug, title: flow.title },
    stage: stage.name,
    title: stage.title ?? flow.title,
    intro: stage.intro ?? invitedBy({ inviter }) ?? (isFirst(flow, step) ? flow.intro : null),
    inviter,
    steps: stepsOf(flow, step),
    challenge,
    form: {
      action: '',
      hidden: [{ name: signatureField, value: 'preview' }],
      typed: {},
      errors: {},
      submit: stage.submit ?? flow.submit ?? message('form.submit'),
      createsAccount: mayCreateAccount(flow, { step, cancellable: true }),
    },
    app: {},
  });
}

/** True where no page comes before, if no policy skips one. */
function isFirst({ bindings }: Flow, step: string): boolean {
  return bindings.find(({ stage }) => stage.asking)?.key === step;
}

function named<One>(all: readonly One[], name: string, nameOf: (one: One) => string, what: string): One {
  const found = all.find((one) => nameOf(one) === name);
  if (found === undefined) throw new TypeError(`there is no ${what} '${name}'${didYouMean(name, all.map(nameOf))}`);
  return found;
}
