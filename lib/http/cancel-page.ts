import { message } from '../base/message.js';
import type { PageModel } from '../pages/page-model.js';
import { flowPath } from './links.js';
import { buttonForm, flowPageModel } from './page-model.js';
import type { Visit } from './visit.js';

/** Stands for "stop" in a step's signature; no stage binding can have this key. */
export const cancelStep = '~cancel';

const cancelTexts = {
  signUp: { title: 'cancel.title', text: 'cancel.text', submit: 'cancel.submit', back: 'link.keep_signing_up' },
  destructive: {
    title: 'cancel.other.title',
    text: 'cancel.nothing_changed.text',
    submit: 'cancel.other.submit',
    back: 'link.go_on',
  },
  other: { title: 'cancel.other.title', text: 'cancel.other.text', submit: 'cancel.other.submit', back: 'link.go_on' },
} as const;

/** What keeps more is offered first: going on with a sign-up, but not with the deletion of an account. */
export function cancelPage(visit: Visit, app: PageModel['app']): PageModel {
  const { web, flow } = visit;
  const isDestructive = flow.bindings.some(({ stage }) => stage.destructive);
  const words =
    flow.designation === 'enrollment' ? cancelTexts.signUp : cancelTexts[isDestructive ? 'destructive' : 'other'];
  return flowPageModel(visit, {
    view: 'pages/cancel',
    title: message(words.title),
    form: {
      ...buttonForm(visit, { path: 'cancel/', step: cancelStep, submit: message(words.submit) }),
      discards: !isDestructive,
    },
    messages: [message(words.text)],
    links: [{ href: flowPath(web, flow.slug), label: message(words.back), ...(isDestructive ? { quiet: true } : {}) }],
    languagePath: `${flowPath(web, flow.slug)}cancel/`,
    app,
  });
}
