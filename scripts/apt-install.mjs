import { spawnSync } from 'node:child_process';

// A policy that answers 101 keeps the packages from starting a service; one that stands there already is left alone.
const script = `
set -eu
export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  trap 'exit 130' HUP INT TERM
  printf '#!/bin/sh\\nexit 101\\n' > "$policy"
  chmod 755 "$policy"
fi
apt-get -o DPkg::Lock::Timeout=120 update
apt-get -o DPkg::Lock::Timeout=120 install -y --no-install-recommends "$@"
`;

/** Installs Debian packages as root or through a sudo that asks nothing. Returns why it could not, or nothing. */
export function aptInstall(packages) {
  if (!works('apt-get', ['--version'])) return 'this system has no apt-get';
  const shell = ['sh', '-c', script, 'apt-install', ...packages];
  const isRoot = process.getuid?.() === 0;
  if (!isRoot && !works('sudo', ['-n', 'true'])) return 'this user is not root and has no sudo without a password';
  const [command, ...args] = isRoot ? shell : ['sudo', '-n', ...shell];
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  return status === 0 ? undefined : `apt-get ended with status ${status}`;
}

function works(command, args) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}
