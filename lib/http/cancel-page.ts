import { message } from '../base/message.js';
import { cancelField, keepField } from '../base/reserved-names.js';
import type { KeptForm } from '../executor/kept-form.js';
import type { PageModel } from '../pages/page-model.js';
import { cancelPath, flowPath } from './links.js';
import { nextInQuery } from './next-in-query.js';
import { buttonForm, flowPageModel } from './page-model.js';
import { signatureField } from './posted-form.js';
import type { Visit } from './visit.js';

const cancelTexts = {
  signUp: { title: 'cancel.title', text: 'cancel.text', submit: 'cancel.submit', back: 'link.keep_signing_up' },
  destructive: {
    title: 'cancel.nothing_changed.title',
    text: 'cancel.nothing_changed.text',
    submit: 'cancel.other.submit',
    back: 'link.go_on',
  },
  other: { title: 'cancel.other.title', text: 'cancel.other.text', submit: 'cancel.other.submit', back: 'link.go_on' },
} as const;

/**
 * What keeps more is offered first: going on with a sign-up, but not with the deletion of an account. `kept`: the form
 * that the page leads back to, as it was.
 */
export function cancelPage(
  visit: Visit,
  app: PageModel['app'],
  kept: (KeptForm & { readonly signature: string }) | null = null,
): PageModel {
  const { web, flow } = visit;
  const path = cancelPath(web, flow, nextInQuery(web, visit.req) ?? undefined);
  const isDestructive = flow.bindings.some(({ stage }) => stage.destructive);
  const words =
    flow.designation === 'enrollment' ? cancelTexts.signUp : cancelTexts[isDestructive ? 'destructive' : 'other'];
  return flowPageModel(visit, {
    view: 'pages/cancel',
    title: message(words.title),
    form: {
      ...buttonForm(visit, { path: 'cancel/', step: cancelStep, submit: message(words.submit) }),
      ...(kept === null ? { action: path } : { action: flowPath(web, flow.slug), hidden: keptFields(kept) }),
      discards: !isDestructive,
    },
    messages: [message(words.text)],
    links: [
      {
        href: flowPath(web, flow.slug),
        label: message(words.back),
        ...(isDestructive ? { quiet: true } : { primary: true }),
        ...(kept === null ? {} : { submits: { name: keepField, value: kept.lost ?? '' } }),
      },
    ],
    languagePath: path,
    app,
  });
}

function keptFields({ signature, inputs }: KeptForm & { readonly signature: string }): KeptForm['inputs'] {
  return [{ name: signatureField, value: signature }, { name: cancelField, value: 'confirmed' }, ...inputs];
}

/** Stands for "stop" in a step's signature; no stage binding can have this key. */
export const cancelStep = '~cancel';
