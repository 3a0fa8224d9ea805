import { declineField, freshField, signatureField } from '../../base/reserved-names.js';
import type { Message } from '../../base/message.js';
import type { PageLink, PageModel } from '../../pages/page-model.js';
import type { Action } from './components/action.js';
import { actionField, type PageAction } from './names.js';

/** What a button of the page does beside the step, with its answer: it has no field of the stage. */
interface ButtonedPage {
  /** Without these buttons. */
  readonly model: PageModel;
  /** The actions; `component`: of the challenge. */
  actions(component: string, say: (message: Message) => string): readonly Action[];
  /** The signature of a page that is such a button alone; `null`: another page. */
  readonly signature: string | null;
}

/** Takes the buttons of a page that are not of its stage: they are actions in the JSON. */
export function withoutButtons(model: PageModel): ButtonedPage {
  const { form } = model;
  const isButton = form?.submit.id === 'ticket.fresh.submit';
  const buttons = model.links.flatMap((link) => {
    const name = actionOf(link);
    return name === null ? [] : [{ name, label: link.label }];
  });
  const all = isButton ? [{ name: 'send_fresh_link' as const, label: form.submit }, ...buttons] : buttons;
  return {
    model: {
      ...model,
      form: isButton ? null : form,
      links: model.links.filter((link) => actionOf(link) === null),
    },
    actions: (component, say) =>
      all.map(({ name, label }) => ({ name, label: say(label), response: { component, [actionField]: name } })),
    signature: isButton ? (form.hidden.find(({ name }) => name === signatureField)?.value ?? null) : null,
  };
}

function actionOf({ submits }: PageLink): PageAction | null {
  if (submits?.name === freshField) return 'send_fresh_link';
  return submits?.name === declineField ? 'decline_invitation' : null;
}
