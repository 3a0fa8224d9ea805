import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from './packed.js';

export interface OneNode {
  /** Without the `v`. */
  readonly version: string;
  readonly program: string;
}

export interface Nodes {
  /** The running one first. */
  readonly list: readonly OneNode[];
  /** Why this machine has no other one and cannot get one. */
  readonly alone: string | null;
  /** The error of fetching them. */
  readonly problem: string | null;
}

/** The versions of Node to test with; fetches them if no earlier step has. */
export function supportedNodes(): Nodes {
  const script = join(projectRoot, 'scripts/other-nodes.mjs');
  const { stdout, stderr, status } = spawnSync(process.execPath, [script], { encoding: 'utf8' });
  return {
    list: [...stdout.matchAll(/^node ([\d.]+): (.+)$/gm)].map(([, version = '', program = '']) => ({
      version,
      program,
    })),
    alone: /^no other: (.+)$/m.exec(stdout)?.[1] ?? null,
    problem: status === 0 ? null : stderr,
  };
}
