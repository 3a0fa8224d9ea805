/** What a probe of one part found: `unknown` where it cannot be known, `unused` where the app has no such part. */
export type ProbeStatus = 'up' | 'down' | 'unknown' | 'unused';

export interface Probe {
  readonly status: ProbeStatus;
  /** The cause and, where one is known, the cure; `null` when it is up. */
  readonly problem: string | null;
}
