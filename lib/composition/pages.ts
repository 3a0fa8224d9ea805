import { createPages, type Pages } from '../pages/pages.js';
import type { EnrollmentConfig } from './options.js';
import { textsOf } from './texts.js';

export function composePages<User, Data>(config: EnrollmentConfig<User, Data>): Pages {
  const { flows, views, messages, brand, site, production, logger: log } = config;
  return createPages({
    views,
    texts: textsOf(flows),
    messages,
    brand,
    assetsPath: `${site.mount}/if/assets`,
    cache: production || views === undefined,
    missing: (id) => {
      log.warn({ id }, 'a message has no text');
    },
  });
}
