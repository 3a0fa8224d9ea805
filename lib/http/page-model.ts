import type { PageModel } from '../pages/page-model.js';

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
