import type { Awaitable } from '../base/awaitable.js';
import type { JsonObject } from '../base/json.js';
import type { Message, Parsed, Texts } from '../base/message.js';
import type { RulesOf } from '../base/settings.js';
import type { FileAnswer } from '../ports/uploads.js';
import type { PageSources } from './content-security-policy.js';
import type { ContextKey, Patch } from './context.js';
import type { StageContext } from './facts.js';
import type { StageOutcome } from './outcome.js';
import type { Answers, Policy } from './policy.js';
import { toMessage } from './prompt.js';
import { checkAskingSpec, checkPageSources, checkSilentSpec, stageCheck } from './stage-checks.js';
import type {
  AskingStage,
  FileField,
  Requisite,
  SecondFactorUse,
  SilentStage,
  SourceOffer,
  SourceQuestion,
  StageCommon,
  StageLink,
  StageWords,
} from './stage.js';

interface CommonSpec<S> {
  readonly kind: string;
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
  /** Default false. */
  readonly joinsWaitlist?: boolean;
  /** Default: it takes no code. */
  readsCode?(settings: S): NonNullable<SilentStage['readsCode']>;
  /** Default: it redirects to no flow. */
  leadsTo?(settings: S): string | null;
  /** Default: it redirects to no other site. */
  leadsToOrigins?(settings: S): readonly string[];
  readonly writes?: readonly W[];
  run(settings: S, at: StageContext): Awaitable<StageOutcome<W>>;
}

/** Every stage has a name. Asking stages may have validation policies, which must all pass. */
type Named<S> = S & { readonly name: string };
// Public types alone: the declarations of apps infer it.
type Words = { readonly [Word in 'title' | 'intro' | 'submit']?: string | Message };
type WithWording<S> = Named<S> & Words & { readonly configureFlow?: string; readonly destructive?: boolean };
type Validated<S> = WithWording<S> & { readonly validation?: readonly Policy[] };

/** Makes the factory of an asking stage kind. @throws ERR_ENROLLMENT_CONFIG, as its factory does */
export function defineStage<
  S extends object,
  C extends JsonObject,
  A extends Answers,
  const W extends ContextKey = never,
>(spec: AskingSpec<S, C, A, W>): (settings: Validated<S>) => AskingStage {
  checkAskingSpec(spec);
  const check = stageCheck(spec, true);
  return (settings) => {
    check(settings);
    return Object.freeze({
      ...common(spec, settings, typeof spec.writes === 'function' ? spec.writes(settings) : spec.writes),
      ...wordingOf(settings),
      asking: true as const,
      component: spec.component,
      submit: settings.submit === undefined ? (spec.submit?.(settings) ?? null) : toMessage(settings.submit),
      view: spec.view,
      links: Object.freeze([...(spec.links?.(settings) ?? [])]),
      fields: Object.freeze([...spec.fields(settings)]),
      listFields: Object.freeze([...(spec.listFields?.(settings) ?? [])]),
      fileFields: Object.freeze([...(spec.fileFields?.(settings) ?? [])]),
      serverFields: Object.freeze([...(spec.serverFields?.(settings) ?? [])]),
      hiddenFields: Object.freeze([...(spec.hiddenFields?.(settings) ?? [])]),
      secretFields: Object.freeze([...(spec.secretFields?.(settings) ?? [])]),
      oneTimeCodeFields: Object.freeze([...(spec.oneTimeCodeFields?.(settings) ?? [])]),
      newPasswordFields: Object.freeze([...(spec.newPasswordFields?.(settings) ?? [])]),
      messages: Object.freeze({ ...spec.messages, ...spec.texts?.(settings) }),
      entryLinkFields: spec.entryLinkFields === undefined ? null : Object.freeze([...spec.entryLinkFields(settings)]),
      looksUpAccounts: spec.looksUpAccounts?.(settings) ?? false,
      offersSources: spec.offersSources ?? null,
      asksSource: Object.freeze(spec.asksSource?.(settings) ?? null),
      pageOnly: spec.pageOnly ?? false,
      acceptsInvitations: spec.acceptsInvitations ?? false,
      listsSettings: spec.listsSettings ?? false,
      secondFactor: Object.freeze(spec.secondFactor?.(settings) ?? null),
      needsRecentAuthentication: spec.needsRecentAuthentication ?? false,
      fieldsToVerify: Object.freeze([...(spec.fieldsToVerify?.(settings) ?? [])]),
      verifies: spec.verifies?.(settings) ?? null,
      contentSecurityPolicy: sourcesOf(spec.kind, spec.contentSecurityPolicy, settings),
      validation: Object.freeze([...(settings.validation ?? [])]),
      satisfied: (at: StageContext) => spec.satisfied?.(settings, at) ?? false,
      arrive: spec.arrive === undefined ? null : (at: StageContext) => spec.arrive?.(settings, at) ?? null,
      challenge: (at: StageContext) => spec.challenge(settings, at),
      read: (
        input: Readonly<Record<string, string>>,
        at: StageContext,
        lists: Readonly<Record<string, readonly string[]>> = noLists,
        files: Readonly<Record<string, FileAnswer>> = noFiles,
      ) => spec.read(input, settings, at, lists, files),
      // `respond` receives the answers that `read` returned.
      respond: (answers: Answers, at: StageContext) => spec.respond(answers as A, settings, at),
    });
  };
}

type Sources<S> = PageSources | ((settings: S) => PageSources | null) | undefined;

function sourcesOf<S extends object>(kind: string, given: Sources<S>, settings: S): PageSources | null {
  if (typeof given !== 'function') return given ?? null;
  const sources = given(settings);
  if (sources !== null) checkPageSources(kind, settings, sources);
  return sources;
}

const noLists: Readonly<Record<string, readonly string[]>> = Object.freeze({});
const noFiles: Readonly<Record<string, FileAnswer>> = Object.freeze({});

/** Makes the factory of a silent stage kind. @throws ERR_ENROLLMENT_CONFIG, as its factory does */
export function defineSilentStage<S extends object, const W extends ContextKey = never>(
  spec: SilentSpec<S, W>,
): (settings: WithWording<S>) => SilentStage {
  checkSilentSpec(spec);
  const check = stageCheck(spec, false);
  return (settings) => {
    check(settings);
    return Object.freeze({
      ...common(spec, settings, spec.writes),
      ...wordingOf(settings),
      asking: false as const,
      hasSideEffects: spec.hasSideEffects,
      requiresConfirmation: spec.requiresConfirmation ?? false,
      creates: spec.creates?.(settings) ?? false,
      signsIn: spec.signsIn ?? false,
      connects: spec.connects ?? false,
      joinsWaitlist: spec.joinsWaitlist ?? false,
      readsCode: spec.readsCode?.(settings) ?? null,
      leadsTo: spec.leadsTo?.(settings) ?? null,
      leadsToOrigins: Object.freeze([...(spec.leadsToOrigins?.(settings) ?? [])]),
      words: (at: StageContext) => (typeof spec.words === 'function' ? spec.words(at) : (spec.words ?? null)),
      run: (at: StageContext) => spec.run(settings, at),
    });
  };
}

function wordingOf({ title, intro, submit }: Words): Pick<StageCommon, 'title' | 'intro' | 'submit'> {
  return {
    title: title === undefined ? null : toMessage(title),
    intro: intro === undefined ? null : toMessage(intro),
    submit: submit === undefined ? null : toMessage(submit),
  };
}

function requisitesOf<S>({ requires = [] }: CommonSpec<S>, settings: S): readonly Requisite[] {
  return typeof requires === 'function' ? requires(settings) : requires;
}

function common<S extends object>(
  spec: CommonSpec<S>,
  settings: WithWording<S>,
  writes: readonly ContextKey[] = [],
): Omit<StageCommon, keyof Words> {
  return {
    kind: spec.kind,
    name: settings.name,
    configureFlow: settings.configureFlow ?? null,
    destructive: settings.destructive ?? spec.destructive ?? false,
    needs: Object.freeze([...((typeof spec.needs === 'function' ? spec.needs(settings) : spec.needs) ?? [])]),
    writes: Object.freeze([...writes]),
    consumes: Object.freeze([...(spec.consumes?.(settings) ?? [])]),
    requires: Object.freeze([...requisitesOf(spec, settings)]),
    messages: Object.freeze({ ...spec.messages }),
  };
}
