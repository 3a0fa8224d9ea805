import { isJsonList, type JsonObject } from '../../base/json.js';
import type { FieldErrors, Message } from '../../base/message.js';
import type { RefusalReply, StageReply } from '../../executor/reply.js';
import type { Flow } from '../../flow/flow.js';
import { bindingOf } from '../../flow/machine/advance.js';
import { takesCode } from '../../flow/stage.js';
import type { PageModel } from '../../pages/page-model.js';
import { cancelPath } from '../links.js';
import type { Visit } from '../visit.js';
import type { Web } from '../web.js';
import { endings } from './components/answers.js';
import { alternativeOf, type Action } from './components/action.js';
import { userLogin, dummy } from './components/asking.js';
import { recordsIn, textIn, type Component } from './components/component.js';
import { labelOf } from './components/prompt-fields.js';
import { componentsOf } from './components/table.js';
import { errorDetails } from './error-details.js';
import { executorPath } from './paths.js';
import { localize } from './localize.js';

/** What a challenge needs to know of its call. */
interface Drawing {
  readonly visit: Visit;
  readonly byBearer: boolean;
}

/** The buttons of a page that are not of its stage. */
type ActionsFor = (component: string, say: Say) => readonly Action[];

const noActions: ActionsFor = () => [];

type Say = (message: Message) => string;

function sayIn({ web, locale }: Pick<Visit, 'web' | 'locale'>): Say {
  return (one) => web.pages.text(one, locale);
}

/** The component of a step. A silent stage that waits for a confirmation has none of its own. */
export function componentAt(web: Pick<Web, 'flows'>, flow: Visit['flow'], step: string): Component {
  const stage = bindingOf(flow, step)?.stage;
  if (stage === undefined || !stage.asking) return stage?.signsIn === true ? userLogin : dummy;
  return componentsOf(web.flows).get(stage.component) ?? dummy;
}

/** The challenge of a stage: what its page shows, in authentik's form. */
export function stageChallenge(
  drawing: Drawing,
  reply: StageReply,
  model: PageModel,
  buttons: ActionsFor,
  extra: FieldErrors = {},
): JsonObject {
  const { web, flow } = drawing.visit;
  const text = sayIn(drawing.visit);
  const drawn = localize(reply.challenge, text);
  // A client has what was typed, unless its form was drawn for another visitor.
  const challenge = Object.keys(extra).length === 0 ? drawn : withTyped(drawn, reply.typed);
  if (isSignedOut(drawing, reply)) return sessionEnd(drawing, model);
  // Where the page is about sources alone, so is the challenge.
  const component = reply.provedElsewhere && model.form === null ? sourceOf(web) : componentAt(web, flow, reply.step);
  // An invitation that has ended: there is no field for its code any more.
  if (model.form === null && component.component !== 'ak-stage-source' && takesCodeAt(flow, reply.step))
    return deniedChallenge(drawing, model, noActions, model.messages.map(text).join('\n'));
  const shown = { reply, model, challenge, text };
  const actions = [
    ...alternativeOf(component, challenge),
    ...(component.actions?.(shown) ?? []),
    ...buttons(component.component, text),
  ];
  return {
    ...baseOf(
      drawing,
      component.component,
      model,
      { ...reply.errors, ...extra },
      { labels: labelsIn(challenge), actions, postedNames: component.postedNames },
    ),
    ...component.draw(shown),
  };
}

function withTyped(challenge: JsonObject, typed: StageReply['typed']): JsonObject {
  const { fields } = challenge;
  if (!isJsonList(fields) || Object.keys(typed).length === 0) return challenge;
  const filled = recordsIn(fields).map((field) => {
    const value = typed[textIn(field['field_key'])];
    return value === undefined ? field : { ...field, initial_value: value };
  });
  return { ...challenge, fields: filled };
}

function takesCodeAt(flow: Flow, step: string): boolean {
  const stage = bindingOf(flow, step)?.stage;
  return stage !== undefined && takesCode(stage);
}

function sourceOf({ flows }: Pick<Web, 'flows'>): Component {
  return componentsOf(flows).get('ak-stage-source') ?? dummy;
}

/** The labels of the fields by key. */
function labelsIn({ fields }: JsonObject): ReadonlyMap<string, string> {
  return new Map(recordsIn(fields).map((field) => [textIn(field['field_key']), labelOf(field)]));
}

interface Around {
  readonly labels?: ReadonlyMap<string, string>;
  readonly postedNames?: Component['postedNames'];
  readonly actions?: readonly Action[];
}

/** What every challenge has. */
function baseOf(
  drawing: Drawing,
  component: string,
  model: PageModel,
  errors: FieldErrors,
  { labels = new Map(), actions = [], postedNames = {} }: Around = {},
): JsonObject {
  const say = sayIn(drawing.visit);
  const details = errorDetails(errors, say, labels, postedNames);
  return {
    component,
    flow_info: flowInfo(drawing, { title: model.flow?.title ?? model.title, layout: model.layout }),
    ...(details === null ? {} : { response_errors: details }),
    page: pageOf(model, actions, say),
  };
}

/** authentik's layouts: the kit's `split` has the form beside a picture. */
function flowInfo({ visit, byBearer }: Drawing, { title, layout }: Pick<PageModel, 'title' | 'layout'>): JsonObject {
  const { web } = visit;
  return {
    title: sayIn(visit)(title),
    background: '',
    cancel_url: byBearer
      ? `${executorPath(web, visit.flow.slug)}cancel/`
      : cancelPath(web, visit.flow, visit.entryLink.next),
    layout: layout === 'split' ? 'sidebar_left' : 'stacked',
  };
}

/** What the page says around the form. */
function pageOf(model: PageModel, actions: readonly Action[], say: Say): JsonObject {
  const orNull = (one: Message | null): string | null => (one === null ? null : say(one));
  return {
    title: say(model.title),
    intro: orNull(model.intro),
    notice: orNull(model.notice),
    messages: model.messages.map(say),
    reference: model.reference,
    submit: model.form === null ? null : say(model.form.submit),
    links: model.links.map(({ href, label }) => ({ label: say(label), href })),
    actions: actions.map((action) => ({ ...action })),
  };
}

/** The answer of a flow that leads on. */
export function redirectChallenge(drawing: Drawing, to: string, done: boolean): JsonObject {
  return {
    component: endings.redirect.component,
    flow_info: flowInfo(drawing, drawing.visit.flow),
    to,
    final_redirect: done,
  };
}

/** The answer of a flow that refuses. */
export function refusalChallenge(
  drawing: Drawing,
  reply: RefusalReply,
  model: PageModel,
  buttons: ActionsFor,
): JsonObject {
  const say = sayIn(drawing.visit);
  const error = reply.messages.map(say).join('\n');
  if (reply.status >= 500)
    return {
      ...baseOf(drawing, endings.failed.component, model, {}),
      request_id: reply.reference ?? '',
      error,
    };
  return {
    ...deniedChallenge(drawing, model, buttons, error),
    ...(reply.ticket === null ? {} : { ticket_status: reply.ticket.cause }),
  };
}

function deniedChallenge(drawing: Drawing, model: PageModel, buttons: ActionsFor, error: string): JsonObject {
  const { component } = endings.denied;
  const actions = buttons(component, sayIn(drawing.visit));
  return { ...baseOf(drawing, component, model, {}, { actions }), ...unnamed, error_message: error };
}

const unnamed = { pending_user: '', pending_user_avatar: '' };

/** True where a visitor who is signed out would sign out: the page says so, and there is nothing to answer. */
function isSignedOut({ visit: { flow, user } }: Drawing, { step }: StageReply): boolean {
  return flow.designation === 'invalidation' && user === null && bindingOf(flow, step)?.stage.asking === false;
}

function sessionEnd(drawing: Drawing, model: PageModel): JsonObject {
  const { web, flow } = drawing.visit;
  const base = baseOf(drawing, endings.sessionEnd.component, model, {});
  return { ...base, ...unnamed, brand_name: web.brandName, overview_url: flow.target };
}

/** The account exists: its user signs in. */
export function enrolledChallenge(drawing: Drawing, model: PageModel): JsonObject {
  const signIn = model.links.find(({ label }) => label.id === 'link.sign_in');
  return {
    ...baseOf(drawing, endings.enrolled.component, model, {}),
    messages: model.messages.map(sayIn(drawing.visit)),
    ...(signIn === undefined ? {} : { sign_in_url: signIn.href }),
  };
}
