import type { Awaitable } from '../base/awaitable.js';
import type { Json, JsonObject } from '../base/json.js';
import type { Message, Parsed, Texts } from '../base/message.js';
import type { RedirectTarget } from '../base/target.js';
import type { FileAnswer, FileRules } from '../ports/uploads.js';
import type { PageSources } from './content-security-policy.js';
import type { Computed } from './computed.js';
import type { ContextKey, Patch } from './context.js';
import type { StageContext } from './facts.js';
import type { StageOutcome } from './outcome.js';
import type { Answers, Policy } from './policy.js';

export type { Effect, FactorToRemember, StageOutcome, SignInEffect, StageEvidence } from './outcome.js';

/** The texts of a page that replace the default ones. */
export interface StageWords {
  readonly title: Message;
  readonly text: Message;
  /** The button's label. */
  readonly submit: Message;
  /** Where the button discards something for good: the label of the link that keeps it, to the home page. */
  readonly keep?: Message;
}

/** A link to another page, below the form. */
export interface StageLink {
  readonly to: RedirectTarget;
  readonly label: Message;
  /** Before the link: the question that it answers, e.g. "New here?". */
  readonly question?: Message;
  /** The slug of a source: the link looks like its button. */
  readonly source?: string;
  /**
   * Of the links of a stage: false hides the link; a function is called for each page. Left out: true. A link to a flow
   * whose requirement or policies refuse the visitor is never shown.
   */
  readonly when?: Computed<boolean>;
}

/**
 * What a stage requires of the app: `credentials` a user store with `passwordHash`, `sign-out` a login that can sign
 * out, `authenticators` and `mailer` the options of these names, `new-passwords` a user store with `update`,
 * `account-changes` the same, `account-removal` one with `remove`, `acceptances` one with `acceptInvitation`, `session-ends` a login that can end the other
 * sessions of a user, `scripts` that the option of that name is not false,
 * `address-lookup` the option `lookUpAddress`,
 * `connections` sources, and a store of connections with `list` and `unlink`,
 * `webauthn` a `baseUrl` at which passkeys work.
 */
export type Requisite =
  | 'credentials'
  | 'sign-out'
  | 'authenticators'
  | 'mailer'
  | 'new-passwords'
  | 'acceptances'
  | 'account-changes'
  | 'account-removal'
  | 'session-ends'
  | 'connections'
  | 'scripts'
  | 'address-lookup'
  | 'webauthn';

/**
 * When a page offers the sources as an alternative: `sign-up` in flows that create accounts, until a source has
 * returned an identity; `sign-in` in flows of the designation `authentication`; `proof` in every flow. These two
 * only to visitors who are not signed in. `connection`: to signed-in users, who connect it to their account.
 */
export type SourceOffer = 'sign-up' | 'sign-in' | 'proof' | 'connection';

/**
 * What a stage does with second factors: it `asks` the plan's user for one of these types, it `sets_up` one, or it
 * `identifies` the user by it alone.
 */
export interface SecondFactorUse {
  readonly use: 'asks' | 'sets_up' | 'identifies';
  readonly types: readonly string[];
  /** True: it takes no passkey that does not verify its user. Left out: false. */
  readonly verifiesUser?: boolean;
}

/** What a stage asks a source: who the visitor is there. */
export interface SourceQuestion {
  /** The slug of the source. */
  readonly source: string;
  /** True: the identity must be connected to the account that the flow is about. */
  readonly requireConnection: boolean;
}

export interface StageCommon {
  /** e.g. `prompt`, `user_write`. */
  readonly kind: string;
  /** Unique within the flow. */
  readonly name: string;
  /** The factory's name in exports; most kinds have one factory, of the same name. */
  readonly factory: string;
  /** What its factory was given, for exports. */
  readonly settings: object;
  /** Context keys that an earlier stage must have written. */
  readonly needs: readonly ContextKey[];
  readonly writes: readonly ContextKey[];
  /** Field keys whose answers it consumes. */
  readonly consumes: readonly string[];
  readonly requires: readonly Requisite[];
  readonly messages: Texts;
  /** The title of its page; `null`: the flow's, or the default one of a silent stage. */
  readonly title: Message | null;
  /** One sentence below the title; `null`: none of its own. */
  readonly intro: Message | null;
  /** The button's label; `null`: the default label. */
  readonly submit: Message | null;
  /** The slug of the flow in which signed-in users set up what this stage asks for; `null`: none of its own. */
  readonly configureFlow: string | null;
  /** True where the button of its page ends or removes something for good. */
  readonly destructive: boolean;
  /** The slug of the flow that it redirects to; `null`: none, or it is only known when it runs. */
  readonly leadsTo: string | null;
}

/** Acts or decides without its own page. */
export interface SilentStage extends StageCommon {
  readonly asking: false;
  /** True when it has effects outside the plan: it runs on a signed POST only. */
  readonly hasSideEffects: boolean;
  /** True when it acts only on the button of its own page, never in the request that passed the page before. */
  readonly requiresConfirmation: boolean;
  /** True when it can create an account: under `registration: 'invite-only'` a gate must come first. */
  readonly creates: boolean;
  /** True when it can sign a user in: a flow of the designation `authentication` needs one. */
  readonly signsIn: boolean;
  /** True when it connects the identity of a source to an account: a flow of the source role `connection` needs one. */
  readonly connects: boolean;
  /** The prompt whose answer it takes as an invitation's code, beside that of a link; `null`: it takes none. */
  readonly readsCode: { readonly field: string; readonly optional: boolean } | null;
  /** True when it can give an existing account another address. */
  readonly changesAddress: boolean;
  /** True when it gives an account its former address back, by the link of a mail. */
  readonly restoresAddress: boolean;
  /** True when it adds people to the waitlist: the kit then records which of them enroll. */
  readonly joinsWaitlist: boolean;
  /** How it ends the flow whenever it runs: no later stage is reached then. `null`: the flow can go on. */
  readonly alwaysEnds: 'denied' | 'redirected' | null;
  /** The origins of other sites that it may redirect to. */
  readonly leadsToOrigins: readonly string[];
  /** The texts of the page that asks for confirmation before the stage acts, beneath those of the settings; `null`: the default texts. */
  words(at: StageContext): StageWords | null;
  run(at: StageContext): Awaitable<StageOutcome>;
}

/** A field for a file. */
export interface FileField {
  readonly key: string;
  readonly rules: FileRules;
}

/** Shows a page and reads the posted answers. */
export interface AskingStage extends StageCommon {
  readonly asking: true;
  /** The name of the challenge for JSON executors, e.g. `ak-stage-prompt`. */
  readonly component: string;
  /** The page's file without its extension, e.g. `pages/prompt`. */
  readonly view: string;
  readonly links: readonly StageLink[];
  /** The field keys that it reads from a request. Nothing else is read. */
  readonly fields: readonly string[];
  /** Those among `fields` that a form may send several times. */
  readonly listFields: readonly string[];
  /** Those among `fields` for a text: left blank, it is `''` in expressions in Python, as in authentik. */
  readonly textFields: readonly string[];
  /** Those among `fields` that take a file. */
  readonly fileFields: readonly FileField[];
  /** Field keys whose answers it sets on the server. */
  readonly serverFields: readonly string[];
  /** Those among `serverFields` that no page shows: they need a stage that consumes them. */
  readonly hiddenFields: readonly string[];
  /** Those among `fields` whose typed value is never sent back to the browser. */
  readonly secretFields: readonly string[];
  /** Those among `secretFields` for a one-time code: a page that is shown again before the code was checked has it. */
  readonly oneTimeCodeFields: readonly string[];
  /** Those among `fields` for the account's new password: the page that is shown again can carry the hash of an accepted one. */
  readonly newPasswordFields: readonly string[];
  /** Fields that accept the code of a link; `null`: unknown. */
  readonly entryLinkFields: readonly string[] | null;
  /** True when reading its answers looks up other people's accounts. */
  readonly looksUpAccounts: boolean;
  /** When its page offers the sources; `null`: never. */
  readonly offersSources: SourceOffer | null;
  /** The source that its page leads to; `null`: none. */
  readonly asksSource: SourceQuestion | null;
  /** True for a page of text and a button, without a field. */
  readonly pageOnly: boolean;
  /** What it does with second factors; `null`: nothing. */
  readonly secondFactor: SecondFactorUse | null;
  /**
   * True where its page and its answer are for users who have authenticated within ten minutes: the plan starts again
   * otherwise.
   */
  readonly needsRecentAuthentication: boolean;
  /** Those among `fields` for an address that a later stage must prove before an account has it. */
  readonly fieldsToVerify: readonly string[];
  /** The field whose answer, an address, it proves; `null`: none. */
  readonly verifies: string | null;
  /** True when signed-in users accept invitations here: links of invitations lead them to its flow. */
  readonly acceptsInvitations: boolean;
  /** True for the page that leads to the settings of an account: their pages lead back to it. */
  readonly listsSettings: boolean;
  /** What its page loads from other origins; `null`: nothing. */
  readonly contentSecurityPolicy: PageSources | null;
  readonly validation: readonly Policy[];
  /**
   * Asked once the step was passed, before a later one acts: true where the plan's user has what it asks for by now, and
   * has not proved it. The flow returns to this step then.
   */
  lacksProof(at: StageContext): Awaitable<boolean>;
  /**
   * True where the plan's user has nothing by now that the page could accept, such as an authenticator that they removed
   * elsewhere: steps that were skipped because they had it are looked at again. A message: where there is no such step,
   * the visitor is refused with it.
   */
  isUnanswerable(at: StageContext): Awaitable<boolean | Message>;
  /** True when nothing is left to ask: the stage passes without a page. */
  satisfied(at: StageContext): Awaitable<boolean>;
  /**
   * Called by a submitted form that leads to the page, which the next request shows: where something must be done for
   * the page once, and a GET must not do it. The result is written into the plan. `null`: nothing is to be done.
   */
  readonly arrive: ((at: StageContext) => Awaitable<Patch | null>) | null;
  challenge(at: StageContext): Awaitable<JsonObject>;
  /** `lists` holds the answers of `listFields`, `files` those of `fileFields`, `input` those of all other fields. */
  read(
    input: Readonly<Record<string, string>>,
    at: StageContext,
    lists?: Readonly<Record<string, readonly string[]>>,
    files?: Readonly<Record<string, FileAnswer>>,
  ): Awaitable<Parsed<Answers>>;
  /** Called after every validation policy passed. */
  respond(answers: Answers, at: StageContext): Awaitable<StageOutcome>;
}

export type Stage = SilentStage | AskingStage;

/** True for a stage that requires an invitation. It is never skipped. */
export function isGate(stage: Stage): boolean {
  if (!stage.asking) return stage.readsCode?.optional === false;
  return stage.validation.some((policy) => policy.gate);
}

/** True for a stage that takes an invitation, required or not. */
export function takesCode(stage: Stage): boolean {
  return isGate(stage) || (!stage.asking && stage.readsCode !== null);
}

/** The data that a page needs to draw one field; also the field's record for JSON executors. */
export interface PromptField extends JsonObject {
  readonly field_key: string;
  readonly label: Json;
  readonly type: string;
  readonly required: boolean;
  readonly placeholder: Json;
  readonly initial_value: string | readonly string[];
  readonly order: number;
  readonly sub_text: Json;
  readonly choices: readonly { readonly value: string; readonly label: Json }[] | null;
}
