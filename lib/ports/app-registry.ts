/** One app at a store: where it is, and which secret signs its codes. */
export interface RegisteredApp {
  readonly baseUrl: string;
  /** See `Keyring.ids`; it tells nothing about the secret. */
  readonly keyId: string;
}

/** Which apps use a store, so that two of them notice each other. */
export interface AppRegistry {
  register(app: RegisteredApp): Promise<void>;
  /** Those that registered within the last 24 hours. */
  recent(): Promise<readonly RegisteredApp[]>;
}
