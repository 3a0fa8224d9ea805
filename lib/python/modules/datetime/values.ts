/** Values of Python's `datetime`. Wall-clock times count microseconds since the first day of year 1. */
export type DateTimeValue = PyDate | PyDateTime | PyTime | PyTimeDelta | PyTimezone | PyZone;

export interface PyDate {
  readonly type: 'date';
  /** Days since the first day of year 1, which is 1. */
  readonly ordinal: number;
}

export interface PyDateTime {
  readonly type: 'datetime';
  readonly local: bigint;
  readonly zone: PyTimezone | PyZone | null;
  /** 1: the second of two times that the clock shows twice. */
  readonly fold: 0 | 1;
}

export interface PyTime {
  readonly type: 'time';
  /** Microseconds since midnight. */
  readonly micros: bigint;
  readonly zone: PyTimezone | PyZone | null;
  readonly fold: 0 | 1;
}

export interface PyTimeDelta {
  readonly type: 'timedelta';
  readonly micros: bigint;
}

/** A fixed offset from UTC. */
export interface PyTimezone {
  readonly type: 'timezone';
  readonly offset: bigint;
  readonly name: string | null;
}

/** A zone of the IANA database. */
export interface PyZone {
  readonly type: 'zoneinfo';
  readonly key: string;
  /** The offset in minutes at an instant, in milliseconds since 1970. */
  offsetAt(instant: number): number;
}
