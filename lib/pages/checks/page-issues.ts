import { didYouMean } from '../../base/did-you-mean.js';
import { isEnrollmentError } from '../../base/error.js';
import type { Texts } from '../../base/message.js';
import type { MessagesOption } from '../../base/texts/messages.js';
import type { Flow } from '../../flow/flow.js';
import { below, bindingPart, flowPart, issueAt, type FlowIssue } from '../../flow/flow-issue.js';
import { defaultLocaleOf, offeredLanguages } from '../languages/languages.js';
import { localeIssues } from '../languages/locale-issues.js';
import { flowWordingIssues, languageIssues, messageIssues } from '../languages/message-issues.js';
import { classIssues, type ClassNames } from '../views/class-names.js';
import { viewFolders, type ViewsOption } from '../views/folders.js';
import { readViews, type ViewSet } from '../views/view-files.js';
import { viewIssues } from '../views/view-issues.js';
import { viewPath } from '../views/view-names.js';
import { findIn } from '../views/views.js';
import { brandLinks } from '../brand-links.js';
import { createPages } from '../pages.js';
import { scriptTexts } from '../theme/scripts.js';
import type { AllowedSources } from './allowed-sources.js';
import { tryViews, type TrialResult } from './trial.js';
import { unescapedValues } from '../views/unescaped.js';
import { unusedViews } from '../views/unused-views.js';

interface PageWishes {
  readonly flows: readonly Flow[];
  readonly texts: Texts;
  readonly assetsPath: string;
  readonly views?: ViewsOption | undefined;
  readonly messages?: MessagesOption | undefined;
  readonly languages?: readonly string[] | null | undefined;
  readonly defaultLocale?: string | null | undefined;
  readonly locale?: unknown;
  /** The option `locals`; left out, `locals.app` is empty on every page. */
  readonly locals?: unknown;
  readonly classes?: ClassNames | undefined;
  /** False: pages load no script. */
  readonly scripts?: boolean | undefined;
  /** Of the brand, only this matters here. */
  readonly brand?:
    | {
        readonly layout?: string | undefined;
        readonly logo?: string | undefined;
        readonly picture?: string | undefined;
        readonly links?: { readonly terms?: string; readonly privacy?: string; readonly help?: string } | undefined;
        readonly consent?: boolean | undefined;
      }
    | undefined;
  /** What the pages' policy allows; left out, what templates load is not checked. */
  readonly allowed?: AllowedSources | undefined;
}

/** Mistakes in wording, views and layouts: each is checked separately, so that none hides another. */
export function pageIssues(wishes: PageWishes): readonly (string | FlowIssue)[] {
  const { flows, texts, views, messages, languages, classes, brand } = wishes;
  return [
    ...messageIssues(messages ?? {}, texts),
    ...flowWordingIssues(flows),
    ...languageIssues(languages ?? [], messages ?? {}),
    ...localeIssues(wishes),
    ...(classes === undefined ? [] : classIssues(classes, kitsTexts())),
    ...issuesOf(() => {
      const set = readViews(viewFolders(views), { changing: false })();
      const issues = [...missingViews(flows, set), ...missingLayout(brand?.layout, set), ...viewIssues(set)];
      // A page that lacks a view cannot be tried out.
      return issues.length > 0 ? issues : trialOf(wishes, set).issues;
    }),
  ];
}

function kitsTexts(): readonly string[] {
  const { kit } = viewFolders(undefined);
  return [...readViews({ own: [], kit }, { changing: false })().files.map(({ text }) => text), ...scriptTexts()];
}

/** What does no harm at the start, but cannot be meant: files that are never used, and what the trial drawing found. */
export function pageWarnings(
  wishes: PageWishes & {
    /** False: without the trial drawing, which takes a moment. */
    readonly trial?: boolean;
  },
): readonly string[] {
  return [...misplacedViews(wishes), ...(wishes.trial === false ? [] : trialWarnings(wishes))];
}

/** What the trial drawing found. It takes a moment: each page is drawn at least twice. */
export function trialWarnings(wishes: PageWishes): readonly string[] {
  if (wishes.views === undefined) return [];
  return trialOf(wishes, readViews(viewFolders(wishes.views), { changing: false })()).warnings;
}

function misplacedViews(wishes: PageWishes): readonly string[] {
  const { flows, views, brand } = wishes;
  if (views === undefined) return [];
  const folders = viewFolders(views);
  const set = readViews(folders, { changing: false })();
  return [
    ...unusedViews(set, folders, { flows, languages: languagesOf(wishes), layout: brand?.layout ?? null }),
    ...unescapedValues(set.files),
  ];
}

/** The tags of the languages that pages are shown in. */
function languagesOf({ messages, languages, ...wishes }: PageWishes): readonly string[] {
  const defaultLocale = defaultLocaleOf({ languages, ...wishes });
  return offeredLanguages({ messages, languages, defaultLocale }).map(({ tag }) => tag);
}

/** Of the brand, only what its layouts and the consent show matters for a trial, and of the app's texts only their ids. */
function trialOf(wishes: PageWishes, set: ViewSet): TrialResult {
  if (!set.files.some(({ isKits }) => !isKits)) return { issues: [], warnings: [] };
  const { flows, texts, views, assetsPath, brand, scripts, allowed, messages, languages, locals, classes } = wishes;
  const { layout, logo, picture } = brand ?? {};
  const links = brandLinks(brand?.links);
  const pages = createPages({
    texts,
    views,
    assetsPath,
    messages,
    languages,
    defaultLocale: defaultLocaleOf(wishes),
    brand: { name: 'Brand', home: '/', layout, logo, picture, links, consent: { terms: '/trial', privacy: '/trial' } },
    scripts,
    classes,
    cache: true,
    sources: allowed,
  });
  const { terms, privacy } = brand?.links ?? {};
  const hasConsent = brand?.consent !== false && (terms ?? privacy) !== undefined;
  const offered = languagesOf(wishes);
  const parts = {
    logo,
    picture,
    links: links.filter(({ name }) => !(hasConsent && name !== 'help')),
    languages: offered.length > 1 && typeof wishes.locale !== 'function' && !leavesOutLanguages(set),
  };
  return tryViews({ flows, languages: offered, hasLocals: locals !== undefined, hasConsent, parts }, set, pages);
}

/** An empty element says that the app has a switch of its own, elsewhere. */
function leavesOutLanguages({ files }: ViewSet): boolean {
  return files.some(
    ({ name, text, isKits }) => !isKits && viewPath(name)?.view === 'elements/languages' && text.trim() === '',
  );
}

function missingViews(flows: readonly Flow[], set: ViewSet): readonly FlowIssue[] {
  const has = (view: string, flow: string, stage: string | null = null): boolean =>
    findIn(set, { flow, stage, locale: '' })(view) !== null;
  const shown = flows.flatMap((flow) =>
    flow.bindings.flatMap(({ key, stage }) =>
      stage.asking ? [{ view: stage.view, flow, key, stage: stage.name }] : [],
    ),
  );
  return [
    ...flows
      .filter(({ slug, layout }) => layout !== null && !has(`layouts/${layout}`, slug))
      .map((flow) => issueAt(below(flowPart(flow), 'layout'), `there is no view 'layouts/${String(flow.layout)}.ejs'`)),
    ...shown
      .filter(({ view, flow, stage }) => !has(view, flow.slug, stage))
      .map(({ view, flow, key, stage }) =>
        issueAt({ ...bindingPart(flow, key), path: `flows.${flow.slug}.${stage}` }, `there is no view '${view}.ejs'`),
      ),
  ];
}

/** The brand's layout is that of pages without a flow, too. */
function missingLayout(layout: string | undefined, set: ViewSet): readonly string[] {
  if (layout === undefined) return [];
  const find = findIn(set, { flow: null, stage: null, locale: '' });
  if (find(`layouts/${layout}`) !== null) return [];
  const known = set.files.flatMap(({ name }) => /^layouts\/([-\w]+)$/.exec(name)?.[1] ?? []);
  return [`"brand.layout": there is no view 'layouts/${layout}.ejs'${didYouMean(layout, known)}`];
}

function issuesOf<Issue>(check: () => readonly Issue[]): readonly (string | Issue)[] {
  try {
    return check();
  } catch (error) {
    if (!isEnrollmentError(error)) throw error;
    return error.issues.length > 0 ? error.issues : [error.message];
  }
}
