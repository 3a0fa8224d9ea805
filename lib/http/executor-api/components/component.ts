import { isJsonList, isJsonObject, type Json, type JsonObject } from '../../../base/json.js';
import type { Message } from '../../../base/message.js';
import type { StageReply } from '../../../executor/reply.js';
import type { PageModel } from '../../../pages/page-model.js';
import type { Action } from './action.js';

/** JSON Schema by property. */
export type Properties = Readonly<Record<string, JsonObject>>;

/** What a component is drawn from: the record that the page of the same step shows. */
export interface Shown {
  readonly reply: StageReply;
  readonly model: PageModel;
  /** The stage's challenge, its messages as texts. */
  readonly challenge: JsonObject;
  text(message: Message): string;
}

/** What is known of a request that answers a component. */
interface AnswerFacts {
  /** The id of the newest secret, which names the set of recovery codes that is shown. */
  readonly newestSet: string;
}

/** What a client posts. */
interface Answer {
  readonly properties: Properties;
  readonly required?: readonly string[];
  /** True where the fields are those of the challenge. */
  readonly open?: boolean;
}

/** One kind of challenge: how it is drawn, what answers it, and the schema of both. */
export interface Component {
  /** authentik's name where it has one, e.g. `ak-stage-prompt`. */
  readonly component: string;
  /** The name of its schema, without `Challenge`, e.g. `Prompt`. */
  readonly name: string;
  readonly description: string;
  /** What it has beside the properties of every challenge. */
  readonly properties: Properties;
  /** Those among them that are always there. */
  readonly required: readonly string[];
  /** `null`: nothing answers it. */
  readonly answer: Answer | null;
  draw(shown: Shown): JsonObject;
  /** The other buttons of its page, but for the one that the challenge itself names. Left out: none. */
  readonly actions?: (shown: Shown) => readonly Action[];
  /** The fields of the stage, from what the client posted. Left out: they are the same. */
  readonly read?: (body: JsonObject, facts: AnswerFacts) => JsonObject;
  /** The client's names of fields that `read` gives to the stage by other ones, for their errors. Left out: none. */
  readonly postedNames?: Readonly<Record<string, string>>;
}

/** The members of a list of a challenge that are records. */
export function recordsIn(list: Json | undefined): readonly JsonObject[] {
  return isJsonList(list) ? list.filter(isJsonObject) : [];
}

/** A text of a challenge; `''` where it is none. */
export function textIn(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
