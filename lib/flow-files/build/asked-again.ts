import type { Building } from './building.js';
import type { PlacedStage } from './flow-place.js';
import { typesAsked } from './not-configured.js';

/**
 * Reports the stages that ask for fewer kinds of authenticators than one before them: what was proved there counts for all,
 * where authentik asks again.
 */
export function reportAskedAgain(placed: readonly PlacedStage[], building: Building): void {
  const before = new Set<string>();
  for (const { spec, stage: record } of placed) {
    const types = typesAsked(spec.stage);
    if (types === null) continue;
    const more = [...before].filter((type) => !types.some((one) => one === type));
    if (more.length > 0)
      building.report(
        record,
        'noticed',
        'device_classes' in record.fields ? 'device_classes' : null,
        `a user who has proved an authenticator at an earlier stage (${more.join(', ')} too) is not asked here again; put this stage first to ask for these classes alone`,
      );
    for (const type of types) before.add(type);
  }
}
