/** Where an address is, by the app's own database. What is unknown is left out. */
export interface GeoLocation {
  /** Two letters: `EU`. */
  readonly continent?: string;
  /** ISO 3166-1 alpha-2: `DE`. */
  readonly country?: string;
  readonly city?: string;
  /** The number of the autonomous system. */
  readonly asn?: number;
  /** In degrees. */
  readonly latitude?: number;
  readonly longitude?: number;
}
