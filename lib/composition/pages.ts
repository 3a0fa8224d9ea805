import { isForAdministration } from '../base/administration.js';
import { textsOf } from '../flow/flows.js';
import type { EnrollmentConfig } from '../options/options.js';
import { noLocals } from '../options/pages.js';
import { brandLinks } from '../pages/brand-links.js';
import { brandWarnings } from '../pages/theme/brand-theme.js';
import { defaultLocaleOf } from '../pages/languages/languages.js';
import type { AllowedSources, Directive } from '../pages/checks/allowed-sources.js';
import { pageWarnings, trialWarnings } from '../pages/checks/page-issues.js';
import { idsWithoutDefault, leftOutValues } from '../pages/languages/message-issues.js';
import { createPages, type Pages } from '../pages/pages.js';
import { unseenBrand } from '../pages/checks/unseen-brand.js';
import { viewFolders } from '../pages/views/folders.js';
import { readViews } from '../pages/views/view-files.js';
import type { EnrollmentLogger } from '../ports/log.js';

export function composePages<User, Data>(config: EnrollmentConfig<User, Data>): Pages {
  const { flows, views, messages, ownMessages, brand, site, production, logger: log } = config;
  const assetsPath = `${site.mount}/if/assets`;
  const texts = textsOf(flows, ownMessages);
  // What the trial reported is not reported again by a page, nor the other way round.
  const reported = new Set<string>();
  const warn = (text: string): void => {
    if (reported.has(text)) return;
    reported.add(text);
    log.warn({ code: 'WARN_VIEWS' }, text);
  };
  const warnOfAll = (found: readonly string[]): void => {
    const others = found.filter((text) => !reported.has(text));
    for (const text of others) reported.add(text);
    if (others.length === 0) return;
    const list = others.map((text) => `  - ${text}`).join('\n');
    log.warn({ code: 'WARN_VIEWS' }, `some views are not what they seem:\n${list}`);
  };
  const sources = allowedSources(config);
  const checked = pageChecks(config);
  const pages = createPages({
    views: views ?? undefined,
    classes: config.classes,
    texts,
    messages,
    languages: config.languages,
    defaultLocale: defaultLocaleOf(config),
    brand: { ...brand, links: brandLinks(brand.links), consent: brand.consent === false ? {} : (brand.links ?? {}) },
    scripts: config.scripts,
    sources,
    assetsPath,
    cache: production || views === null,
    development: !production,
    wrongFiles: () => pageWarnings({ ...checked, trial: false }),
    missing: (id) => {
      log.warn({ id }, 'a message has no text');
    },
    warn,
  });
  const ids = production ? [] : idsWithoutDefault(messages, texts);
  if (ids.length > 0) {
    log.warn(
      { code: 'WARN_MESSAGES', ids },
      'these sentences are in languages of "messages" only: in the others their ids are shown; give their default texts in "ownMessages"',
    );
  }
  const leftOut = production ? [] : leftOutValues(messages, texts);
  if (leftOut.length > 0) {
    log.warn(
      { code: 'WARN_MESSAGES' },
      `some sentences lack a value that their default texts have, so that visitors do not learn it:\n${leftOut.map((text) => `  - ${text}`).join('\n')}`,
    );
  }
  warnOfAll(pageWarnings({ ...checked, trial: !production }));
  if (production && !isForAdministration())
    whenIdle(() => {
      warnOfAll(trialWarnings(checked));
    }, log);
  for (const text of brandWarnings(brand)) log.warn({ code: 'WARN_CONTRAST' }, text);
  for (const text of idleSettings(config, pages)) log.warn({ code: 'WARN_NO_EFFECT' }, text);
  return pages;
}

/** What the app set, and no page shows. What the option `render` shows is not known. */
function idleSettings<User, Data>(
  { brand, flows, views, render, locale }: EnrollmentConfig<User, Data>,
  { languages }: Pages,
): readonly string[] {
  const set = readViews(viewFolders(views ?? undefined), { changing: false })();
  return [
    ...(render === null ? unseenBrand(brand, flows, set) : []),
    ...(typeof locale === 'function' && languages.length < 2
      ? [
          `"locale" is never called, because pages are in one language, ${languages[0]?.tag ?? 'en'}: name others in "languages", or write them in "messages"`,
        ]
      : []),
  ];
}

/** Once the start is done, and before the first request is read. A process that ends does not wait for it. */
function whenIdle(work: () => void, log: EnrollmentLogger): void {
  setImmediate(() => {
    try {
      work();
    } catch (error) {
      // The start drew the same pages: only their files can have changed since.
      log.warn({ code: 'WARN_VIEWS', err: error }, 'the views could not be tried');
    }
  }).unref();
}

/** The input of the checks of the app's views. */
export function pageChecks<User, Data>(config: EnrollmentConfig<User, Data>): Parameters<typeof pageWarnings>[0] {
  const {
    flows,
    views,
    messages,
    ownMessages,
    languages,
    defaultLocale,
    locale,
    locals,
    classes,
    brand,
    scripts,
    site,
  } = config;
  return {
    flows,
    texts: textsOf(flows, ownMessages),
    assetsPath: `${site.mount}/if/assets`,
    views: views ?? undefined,
    messages,
    languages,
    defaultLocale,
    locale,
    locals: locals === noLocals ? undefined : locals,
    classes,
    brand,
    scripts,
    allowed: allowedSources(config),
  };
}

/** What any page may load: the policy of a single page may be stricter. */
function allowedSources<User, Data>({ csp, flows, scripts, site }: EnrollmentConfig<User, Data>): AllowedSources {
  const stages = flows.flatMap(({ bindings }) => bindings.map(({ stage }) => stage));
  const extended = (directive: Directive, ...kits: readonly string[]): readonly string[] => [
    ...kits,
    ...(csp?.[directive] ?? []),
    ...stages.flatMap((stage) => (stage.asking ? (stage.contentSecurityPolicy?.[directive] ?? []) : [])),
  ];
  return {
    page: `${site.origin}${site.mount}/if/flow/`,
    of: {
      scriptSrc: extended('scriptSrc', ...(scripts ? [`${site.origin}${site.mount}/if/assets/`] : [])),
      styleSrc: extended('styleSrc', "'self'"),
      imgSrc: extended('imgSrc', "'self'", 'data:'),
      fontSrc: extended('fontSrc'),
      frameSrc: extended('frameSrc'),
      connectSrc: extended('connectSrc'),
    },
  };
}
