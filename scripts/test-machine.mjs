import { aptInstall } from './apt-install.mjs';
import { findProgram } from './find-program.mjs';

const programs = [
  { variable: 'REDIS_SERVER', names: ['redis-server'], aptPackages: ['redis-server'] },
  {
    variable: 'CHROMIUM',
    names: ['chromium', 'chromium-browser', 'google-chrome'],
    // Chromium's sandbox needs its own package where the kernel lends no user namespaces to a plain user.
    aptPackages: ['chromium', 'chromium-sandbox'],
  },
  {
    // Debian keeps the server's programs off the PATH.
    variable: 'POSTGRES',
    names: ['postgres'],
    folders: ['/usr/lib/postgresql/*/bin'],
    aptPackages: ['postgresql'],
  },
];

/** Not needed, but quicker: the tests take the whole Chromium where it is missing. */
const quicker = { variable: 'CHROMIUM', names: ['chromium-headless-shell'], aptPackages: ['chromium-headless-shell'] };

try {
  const missing = programs.filter((program) => !findProgram(program));
  const obstacle = missing.length > 0 ? install(missing) : undefined;
  if (!findProgram(quicker)) install([quicker]);
  const still = programs.filter((program) => !findProgram(program));
  if (still.length > 0) explain(still, obstacle);
  else for (const program of programs) console.log(`${program.names[0]}: ${findProgram(program)}`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

function install(missing) {
  const packages = missing.flatMap((program) => program.aptPackages);
  console.log(`installing ${packages.join(' and ')} with apt-get`);
  return aptInstall(packages);
}

function explain(missing, obstacle) {
  const packages = missing.flatMap((program) => program.aptPackages).join(' ');
  for (const { names, variable } of missing) {
    console.error(`missing: ${names.join(' or ')} on the PATH, or its path in ${variable}`);
  }
  if (obstacle) console.error(`could not install it from here: ${obstacle}`);
  console.error(`The tests skip nothing. On Debian: sudo apt-get install --no-install-recommends ${packages}`);
  process.exitCode = 1;
}
