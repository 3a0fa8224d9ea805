import type { Command } from 'commander';
import type { InvitationState } from '../invitations/access/eligibility.js';
import { oneOf } from './flags.js';

/** The selection of invitations, as Commander passes it. */
export interface QueryFlags {
  readonly search?: string;
  readonly state?: string;
  readonly inviter?: string;
  readonly tenant?: string;
}

export const invitationStates = ['open', 'held', 'not_yet', 'expired', 'used_up', 'declined', 'revoked'] as const;

/** Adds the options that select invitations. */
export function withQuery(command: Command): Command {
  return command
    .option('-s, --search <text>', 'beginning of a word of label, creator, address, of the last letters, or of the id')
    .option('--state <state>', 'those that are in this state now')
    .option('--inviter <user>', 'those that this account made');
}

/** @throws CommandError for a state that is none */
export function queryOf({ search, state, inviter }: QueryFlags): {
  readonly search?: string;
  readonly state?: InvitationState;
  readonly inviter?: string;
} {
  return {
    ...(search === undefined ? {} : { search }),
    ...(state === undefined ? {} : { state: oneOf(invitationStates, state, '--state') }),
    ...(inviter === undefined ? {} : { inviter }),
  };
}
