import { textsOf } from '../flow/flows.js';
import type { EnrollmentConfig } from '../options/options.js';
import { defaultLocaleOf } from '../pages/languages.js';
import { pageWarnings } from '../pages/page-issues.js';
import { createPages, type Pages } from '../pages/pages.js';

export function composePages<User, Data>(config: EnrollmentConfig<User, Data>): Pages {
  const { flows, views, messages, ownMessages, brand, site, production, logger: log } = config;
  const assetsPath = `${site.mount}/if/assets`;
  const texts = textsOf(flows, ownMessages);
  const warn = (text: string): void => {
    log.warn({ code: 'WARN_VIEWS' }, text);
  };
  const pages = createPages({
    views: views ?? undefined,
    texts,
    messages,
    languages: config.languages,
    defaultLocale: defaultLocaleOf(config),
    brand,
    assetsPath,
    cache: production || views === null,
    missing: (id) => {
      log.warn({ id }, 'a message has no text');
    },
    warn,
  });
  const languages = pages.languages.map(({ tag }) => tag);
  const found = pageWarnings({ flows, texts, assetsPath, views: views ?? undefined, languages });
  if (found.length > 0) warn(`some views are not what they seem:\n${found.map((text) => `  - ${text}`).join('\n')}`);
  return pages;
}
