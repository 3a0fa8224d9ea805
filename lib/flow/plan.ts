import type { Target } from '../base/target.js';
import type { Context } from './context.js';

export interface Step {
  /** The stage binding's key. */
  readonly key: string;
  readonly state: 'ahead' | 'passed' | 'skipped';
}

/** One person's way through a flow. Pure data; a step is never taken out, the cursor moves. */
export interface Plan {
  readonly v: 1;
  readonly id: string;
  readonly flow: string;
  readonly build: string;
  /** Index of the current step; `steps.length` when the way is done. */
  readonly at: number;
  readonly steps: readonly Step[];
  /** The context the plan was started with; a restart returns to it. */
  readonly origin: Context;
  readonly context: Context;
  readonly restarts: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

/** What a finished plan leaves behind, so that a repeated last click gets the same end. */
export interface Receipt {
  readonly v: 1;
  readonly done: true;
  readonly id: string;
  readonly flow: string;
  /** The last step that was answered: its signature is the one that may sign in again. */
  readonly step: string;
  /** A keyed hash of what that answer was; absent in receipts of an earlier version. */
  readonly form?: string;
  readonly to: Target;
  readonly user?: string;
  readonly rememberSeconds: number | null;
  readonly finishedAt: number;
}

export const planLimits = Object.freeze({
  /** UTF-8 bytes of a stored plan. */
  bytes: 16 * 1024,
  /** From each save, in seconds. */
  idleSeconds: 60 * 60,
  /** From the start, in seconds. */
  totalSeconds: 24 * 60 * 60,
  restarts: 5,
  /** How long after the end a repeated last click signs in again, in seconds. */
  receiptSeconds: 120,
});
