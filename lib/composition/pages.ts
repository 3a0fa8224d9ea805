import { textsOf } from '../flow/flows.js';
import type { EnrollmentConfig } from '../options/options.js';
import { defaultLocaleOf } from '../pages/languages.js';
import { createPages, type Pages } from '../pages/pages.js';

export function composePages<User, Data>(config: EnrollmentConfig<User, Data>): Pages {
  const { flows, views, messages, ownMessages, brand, site, production, logger: log } = config;
  return createPages({
    views: views ?? undefined,
    texts: textsOf(flows, ownMessages),
    messages,
    languages: config.languages,
    defaultLocale: defaultLocaleOf(config),
    brand,
    assetsPath: `${site.mount}/if/assets`,
    cache: production || views === null,
    missing: (id) => {
      log.warn({ id }, 'a message has no text');
    },
  });
}
