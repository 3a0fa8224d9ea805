import { createEnrollment, inviteSignupFlow, memoryUsers, sessionLogin } from '../../../lib/index.js';
import { tourFile } from '../flows/tour-file.js';

/** Imports one version after the other, until it is killed. Both files of a version have its number as title. */
const { users, redemptions } = memoryUsers();
const enrollment = createEnrollment({
  baseUrl: 'http://localhost:3000',
  redis: process.env['REDIS_URL'] ?? '',
  allowVolatileRedis: true,
  keyPrefix: process.env['KEY_PREFIX'] ?? '',
  secret: 'Wz7ePx0rTqkL4mVbN2cYhDfJ8sGaU5iQ',
  users,
  redemptions,
  login: sessionLogin(),
  logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
  flows: [inviteSignupFlow({ slug: 'invite', fields: ['username'] })],
  flowFiles: { stored: true },
});
await enrollment.ready();
const { version: first } = await enrollment.flows.current();
for (let version = first + 1; ; version += 1) {
  const title = `Number ${String(version)}`;
  const files = ['a', 'b'].map((slug) => ({ file: `${slug}.yaml`, text: tourFile(title, ['one'], slug) }));
  console.log(`http://localhost:1 imports ${String(version)}`);
  await enrollment.flows.import(files, { by: 'a process that is killed', expect: version - 1 });
  console.log(`stored ${String(version)}`);
}
