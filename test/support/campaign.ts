import { describe, it, type AsyncFunc, type Suite } from 'mocha';

/**
 * `npm run test:campaigns` runs the long campaigns completely: every mutant, every moment of a kill, every version,
 * thousands of random histories. `npm test` runs a short sample of each.
 */
export const isCampaign = process.env['TEST_CAMPAIGNS'] === '1';

/** A suite that only campaigns run. */
export function describeInCampaign(title: string, suite: (this: Suite) => void): void {
  if (isCampaign) describe(title, suite);
}

/** A test that only campaigns run. */
export function itInCampaign(title: string, test: AsyncFunc): void {
  if (isCampaign) it(title, test);
}

/** How many rounds run: `sample` in `npm test`, `whole` in a campaign. */
export function effort(sample: number, whole: number): number {
  return isCampaign ? whole : sample;
}

/** All of `list` in a campaign, else `count` entries: the first one and others evenly spread over the rest. */
export function sampleOf<T>(list: readonly T[], count: number): readonly T[] {
  if (isCampaign || list.length <= count) return list;
  return list.filter(
    (_, at) => Math.floor((at * count) / list.length) !== Math.floor(((at - 1) * count) / list.length),
  );
}
