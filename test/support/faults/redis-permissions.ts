import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '#package-root';

/** The rules of the `ACL SETUSER enrollment …` line in docs/operations.md, after the password. */
export function documentedRules(): readonly string[] {
  const text = readFileSync(join(packageRoot, 'docs/operations.md'), 'utf8');
  const [, rules = ''] = /^ACL SETUSER enrollment on >\S+ ((?:.*\\\n)*.*)$/m.exec(text) ?? [];
  return rules
    .replaceAll('\\\n', ' ')
    .split(/\s+/)
    .filter((rule) => rule !== '');
}

/** The commands that those rules allow besides those that a client sends when it connects, in lower case. */
export function documentedCommands(): readonly string[] {
  return documentedRules()
    .filter((rule) => rule.startsWith('+'))
    .map((rule) => rule.slice(1))
    .filter((rule) => !greetings.has(rule.split('|')[0] ?? ''))
    .map((rule) => rule.split('|')[0] ?? '')
    .sort();
}

/** Sent by ioredis when it connects, follows a slot, or is closed. */
const greetings: ReadonlySet<string> = new Set(['hello', 'auth', 'select', 'client', 'quit', 'cluster', 'asking']);

/** Every command that a script or a store of the kit names, in lower case. */
export function commandsInTheSource(): readonly string[] {
  const folder = join(packageRoot, 'lib/stores');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(lua|ts)$/.test(name) && !name.endsWith('.generated.ts'))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
  const found = files.flatMap((text) =>
    [...text.matchAll(/\b(?:call|send)\(\s*'([A-Z]+)'/g)].map(([, name = '']) => name.toLowerCase()),
  );
  return [...new Set(found)].sort();
}
