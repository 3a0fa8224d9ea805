import type { Administered } from './configuration.js';
import { CommandError, exitCodes } from './terminal.js';

/**
 * Codes are valid only under the app's secret. Without a secret nothing is created; under one that differs from the
 * running app's or from that of open invitations, only with force.
 * @throws CommandError (exit code 3)
 */
export async function checkSecret(enrollment: Pick<Administered, 'diagnose'>, force: boolean): Promise<void> {
  const { ephemeralSecret, unusable, otherApps } = await enrollment.diagnose();
  if (ephemeralSecret)
    throw misconfigured(
      'no secret is set, so the codes would be useless: set the app\'s "secret", e.g. ENROLLMENT_SECRET',
    );
  if (force) return;
  if (otherApps?.otherSecret === true)
    throw misconfigured(
      'the running app has another secret than this configuration, so its visitors could not use the codes: set the same "secret", or go on with --force',
    );
  if (unusable !== null && unusable.open > 0)
    throw misconfigured(
      `${unusable.more ? 'at least ' : ''}${String(unusable.open)} open invitation(s) were made under another secret than this configuration has: set the app's "secret", or go on with --force`,
    );
}

function misconfigured(text: string): CommandError {
  return new CommandError(text, exitCodes.configuration, { code: 'ERR_ENROLLMENT_CONFIG' });
}
