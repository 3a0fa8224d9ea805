import type { Awaitable } from '../base/awaitable.js';
import type { JsonObject } from '../base/json.js';
import type { Message, Parsed, Texts } from '../base/message.js';
import type { RulesOf } from '../base/settings.js';
import type { FileAnswer } from '../ports/uploads.js';
import type { PageSources } from './content-security-policy.js';
import type { ContextKey, Patch } from './context.js';
import type { StageContext } from './facts.js';
import type { StageOutcome } from './outcome.js';
import type { Answers } from './policy.js';
import type {
  FileField,
  Requisite,
  SecondFactorUse,
  SilentStage,
  SourceOffer,
  SourceQuestion,
  StageLink,
  StageWords,
} from './stage.js';

/** What the kinds of asking and of silent stages say alike. */
export interface CommonSpec<S> {
  readonly kind: string;
  /** The factory's name in exported flow files, where several factories make stages of one kind. Default: the kind. */
  readonly factory?: string;
  /**
   * One rule of Joi for each setting beside `name`, `title`, `intro`, `submit`, `configureFlow`, `destructive` and `validation`: an unknown or wrong setting is reported
   * at once. Left out: settings are not checked.
   */
  readonly settings?: RulesOf<S>;
  readonly messages?: Texts;
  /** A function where they depend on the settings. */
  readonly needs?: readonly ContextKey[] | ((settings: S) => readonly ContextKey[]);
  /** What it requires of the app; a function where that depends on the settings. */
  readonly requires?: readonly Requisite[] | ((settings: S) => readonly Requisite[]);
  consumes?(settings: S): readonly string[];
  /**
   * True where the button of its page ends or removes something for good: the page marks it, and offers the way back.
   * Settings of the stage may say otherwise. Default false.
   */
  readonly destructive?: boolean;
  /** Default: it redirects to no flow. */
  leadsTo?(settings: S): string | null;
}

/** The specification of one asking stage: settings S, challenge C, answers A, context keys W. */
export interface AskingSpec<S, C extends JsonObject, A extends Answers, W extends ContextKey> extends CommonSpec<S> {
  readonly component: string;
  readonly view: string;
  /** The context keys that it may write; a function where they depend on the settings. */
  readonly writes?: readonly W[] | ((settings: S) => readonly W[]);
  fields(settings: S): readonly string[];
  /** Those among `fields` that a form may send several times, as checkboxes do. Default: none. */
  listFields?(settings: S): readonly string[];
  /** Those among `fields` for a text: left blank, it is `''` in expressions in Python, as in authentik. Default: none. */
  textFields?(settings: S): readonly string[];
  /** Those among `fields` that take a file. Default: none. */
  fileFields?(settings: S): readonly FileField[];
  serverFields?(settings: S): readonly string[];
  hiddenFields?(settings: S): readonly string[];
  secretFields?(settings: S): readonly string[];
  /**
   * Those among `secretFields` for a one-time code, which lives for minutes. A page that is shown again before the code
   * was checked, such as in another language, has it in its field. Default: none.
   */
  oneTimeCodeFields?(settings: S): readonly string[];
  /** Default: none. */
  newPasswordFields?(settings: S): readonly string[];
  /**
   * Fields that accept the code of a link. A gate whose field is not among them is a mistake. Left out: not checked.
   */
  entryLinkFields?(settings: S): readonly string[];
  /** Default false. */
  looksUpAccounts?(settings: S): boolean;
  /** True for a page of text and a button: `fields` is then empty. Default false: a stage without a field is a mistake. */
  readonly pageOnly?: boolean;
  /** Default false. */
  readonly acceptsInvitations?: boolean;
  /** Default false. */
  readonly needsRecentAuthentication?: boolean;
  /** Default false. */
  readonly listsSettings?: boolean;
  /** Default: nothing. */
  secondFactor?(settings: S): SecondFactorUse | null;
  /** Default: it is never missing. */
  lacksProof?(settings: S, at: StageContext): Awaitable<boolean>;
  /** Default: it can always be answered. */
  isUnanswerable?(settings: S, at: StageContext): Awaitable<boolean | Message>;
  /** Default: none. */
  fieldsToVerify?(settings: S): readonly string[];
  /** Default: none. */
  verifies?(settings: S): string | null;
  /** What its page loads from other origins; a function where it depends on the settings. Default: nothing. */
  readonly contentSecurityPolicy?: PageSources | ((settings: S) => PageSources | null);
  /** Default: its page offers no sources. */
  readonly offersSources?: SourceOffer;
  /** Default: its page leads to none. */
  asksSource?(settings: S): SourceQuestion | null;
  texts?(settings: S): Texts;
  submit?(settings: S): Message;
  links?(settings: S): readonly StageLink[];
  satisfied?(settings: S, at: StageContext): Awaitable<boolean>;
  /** Called by the form that leads to the page, before it is shown. Default: nothing is done. */
  arrive?(settings: S, at: StageContext): Awaitable<Patch<W> | null>;
  challenge(settings: S, at: StageContext): Awaitable<C>;
  /** `lists` holds the answers of `listFields`, `files` those of `fileFields`, `input` those of all other fields. */
  read(
    input: Readonly<Record<string, string>>,
    settings: S,
    at: StageContext,
    lists: Readonly<Record<string, readonly string[]>>,
    files: Readonly<Record<string, FileAnswer>>,
  ): Awaitable<Parsed<A>>;
  respond(answers: A, settings: S, at: StageContext): Awaitable<StageOutcome<W>>;
}

export interface SilentSpec<S, W extends ContextKey> extends CommonSpec<S> {
  readonly hasSideEffects: boolean;
  /** Default false. */
  readonly requiresConfirmation?: boolean;
  readonly words?: StageWords | ((at: StageContext) => StageWords);
  creates?(settings: S): boolean;
  /** Default false. */
  readonly signsIn?: boolean;
  /** Default false. */
  readonly connects?: boolean;
  /** Default: false. */
  changesAddress?(settings: S): boolean;
  /** Default false. */
  readonly restoresAddress?: boolean;
  /** Default false. */
  readonly joinsWaitlist?: boolean;
  /** Default: it takes no code. */
  readsCode?(settings: S): NonNullable<SilentStage['readsCode']>;
  /** How it ends the flow whenever it runs, as diagrams show it. Default: the flow can go on. */
  readonly alwaysEnds?: 'denied' | 'redirected';
  /** Default: it redirects to no other site. */
  leadsToOrigins?(settings: S): readonly string[];
  readonly writes?: readonly W[];
  run(settings: S, at: StageContext): Awaitable<StageOutcome<W>>;
}
