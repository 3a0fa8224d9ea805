import type { JsonObject } from '../base/json.js';
import type { Message } from '../base/message.js';
import type { FileAnswer } from '../ports/uploads.js';
import type { PageSources } from './content-security-policy.js';
import type { ContextKey } from './context.js';
import type { StageContext } from './facts.js';
import { withSpec } from './made-by.js';
import type { Answers, Policy } from './policy.js';
import { toMessage } from './prompt.js';
import { checkAskingSpec, checkPageSources, checkSilentSpec, stageCheck } from './stage-checks.js';
import type { AskingSpec, CommonSpec, SilentSpec } from './stage-spec.js';
import type { AskingStage, Requisite, SilentStage, StageCommon } from './stage.js';

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
    const stage: AskingStage = Object.freeze({
      ...common(spec, settings, typeof spec.writes === 'function' ? spec.writes(settings) : spec.writes),
      ...wordingOf(settings),
      asking: true as const,
      component: spec.component,
      submit: settings.submit === undefined ? (spec.submit?.(settings) ?? null) : toMessage(settings.submit),
      view: spec.view,
      links: Object.freeze([...(spec.links?.(settings) ?? [])]),
      fields: Object.freeze([...spec.fields(settings)]),
      listFields: Object.freeze([...(spec.listFields?.(settings) ?? [])]),
      textFields: Object.freeze([...(spec.textFields?.(settings) ?? [])]),
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
      lacksProof: (at: StageContext) => spec.lacksProof?.(settings, at) ?? false,
      isUnanswerable: (at: StageContext) => spec.isUnanswerable?.(settings, at) ?? false,
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
    return withSpec(stage, spec);
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
    const stage: SilentStage = Object.freeze({
      ...common(spec, settings, spec.writes),
      ...wordingOf(settings),
      asking: false as const,
      hasSideEffects: spec.hasSideEffects,
      requiresConfirmation: spec.requiresConfirmation ?? false,
      creates: spec.creates?.(settings) ?? false,
      signsIn: spec.signsIn ?? false,
      connects: spec.connects ?? false,
      changesAddress: spec.changesAddress?.(settings) ?? false,
      restoresAddress: spec.restoresAddress ?? false,
      joinsWaitlist: spec.joinsWaitlist ?? false,
      readsCode: spec.readsCode?.(settings) ?? null,
      alwaysEnds: spec.alwaysEnds ?? null,
      leadsToOrigins: Object.freeze([...(spec.leadsToOrigins?.(settings) ?? [])]),
      words: (at: StageContext) => (typeof spec.words === 'function' ? spec.words(at) : (spec.words ?? null)),
      run: (at: StageContext) => spec.run(settings, at),
    });
    return withSpec(stage, spec);
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
    factory: spec.factory ?? spec.kind,
    settings: Object.freeze({ ...settings }),
    configureFlow: settings.configureFlow ?? null,
    destructive: settings.destructive ?? spec.destructive ?? false,
    leadsTo: spec.leadsTo?.(settings) ?? null,
    needs: Object.freeze([...((typeof spec.needs === 'function' ? spec.needs(settings) : spec.needs) ?? [])]),
    writes: Object.freeze([...writes]),
    consumes: Object.freeze([...(spec.consumes?.(settings) ?? [])]),
    requires: Object.freeze([...requisitesOf(spec, settings)]),
    messages: Object.freeze({ ...spec.messages }),
  };
}
