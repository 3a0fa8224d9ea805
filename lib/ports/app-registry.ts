/** One app at a store: its address, and the secret that signs its codes. */
export interface RegisteredApp {
  readonly baseUrl: string;
  /** See `Keyring.ids`; it reveals nothing about the secret. */
  readonly keyId: string;
}

/** Which apps use a store, so that conflicts are detected. */
export interface AppRegistry {
  register(app: RegisteredApp): Promise<void>;
  /** The apps that registered within the last 24 hours. */
  recent(): Promise<readonly RegisteredApp[]>;
}
