import type { Message } from '../base/message.js';
import type { PageModel } from '../pages/page-model.js';
import { signatureField, signStep } from './csrf.js';
import { flowPath } from './links.js';
import type { Visit } from './visit.js';

type Given = Partial<PageModel> & Pick<PageModel, 'view' | 'layout' | 'locale' | 'title' | 'app'>;

/** Fills the missing parts of a page's model. Written out: spreading costs more than rendering the page. */
export function pageModel(given: Given): PageModel {
  return {
    view: given.view,
    layout: given.layout,
    locale: given.locale,
    title: given.title,
    app: given.app,
    flow: given.flow ?? null,
    stage: given.stage ?? null,
    notice: given.notice ?? null,
    challenge: given.challenge ?? {},
    form: given.form ?? null,
    messages: given.messages ?? [],
    reference: given.reference ?? null,
    links: given.links ?? [],
    sources: given.sources ?? [],
    recognized: given.recognized ?? null,
  };
}

/** The model of a page of a flow beside its stages; the layout, the language and the flow are those of the visit. */
export function flowPageModel({ flow, locale }: Visit, given: Omit<Given, 'layout' | 'locale' | 'flow'>): PageModel {
  return pageModel({ ...given, layout: flow.layout, locale, flow: { slug: flow.slug, title: flow.title } });
}

/** A form that is only a button: it posts to `path`, below the flow's page, and is signed for `step`. */
export function buttonForm(
  { web, flow, planToken }: Visit,
  { path, step, submit }: { readonly path: string; readonly step: string; readonly submit: Message },
): NonNullable<PageModel['form']> {
  const { enrollmentId } = planToken;
  const signature = signStep(web.keyring, { enrollmentId, flow: flow.slug, step, revision: 0 });
  return {
    action: flowPath(web, flow.slug) + path,
    hidden: [{ name: signatureField, value: signature }],
    typed: {},
    errors: {},
    submit,
  };
}
