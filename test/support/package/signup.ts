/** What the consumer's signup programs print. */
export interface Signup {
  /** Who is signed in at the end. */
  readonly user: string;
  readonly stores: 'memory' | 'redis';
  readonly format: 'import' | 'require';
  /** As `process.version` says it. */
  readonly node: string;
}
