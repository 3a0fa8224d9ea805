import { message } from '../base/message.js';
import { defineStage } from '../flow/define-stage.js';

interface DummySettings {
  /** True: the stage throws instead of showing its page. Default false. */
  readonly throwError?: boolean;
}

/** A page with a button, to try out flows and their policies. */
export const dummyStage = defineStage<DummySettings, { readonly name: string }, Record<string, never>>({
  kind: 'dummy',
  settings: (joi) => ({ throwError: joi.boolean() }),
  component: 'ak-stage-dummy',
  view: 'pages/continue',
  pageOnly: true,
  fields: () => [],
  submit: () => message('form.submit'),
  challenge({ throwError = false }, { step }) {
    if (throwError) throw new Error(`the dummy stage '${step}' throws, as it is set to`);
    return { name: step };
  },
  read: () => ({ ok: true, value: {} }),
  respond: () => ({ type: 'completed' }),
});
