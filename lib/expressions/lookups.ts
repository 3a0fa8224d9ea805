import type { Awaitable } from '../base/awaitable.js';
import type { JsonObject } from '../base/json.js';
import type { GeoLocation } from '../ports/geo-location.js';
import type { UserProfile } from '../ports/user-store.js';

/** A mail that an expression sends with `ak_send_email`. */
export interface PythonMail {
  /** At least one. */
  readonly to: readonly string[];
  readonly subject: string;
  /** A text, or `null` where `template` is given. */
  readonly body: string | null;
  readonly template: string | null;
  readonly context: JsonObject;
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
}

/**
 * What expressions may ask the app. An expression that uses a helper whose function is missing is refused when the
 * policy is created.
 */
export interface PythonLookups {
  /** For `ak_create_event(action, …)`: an entry of the app's own audit log. */
  readonly createEvent?: (action: string, data: JsonObject) => Awaitable<unknown>;
  /** For `ak_send_email(…)`. */
  readonly sendEmail?: (mail: PythonMail) => Awaitable<unknown>;
  /** For `resolve_dns(host, version)`: the addresses of a host; `null`: of both versions. */
  readonly resolveDns?: (host: string, version: 4 | 6 | null) => Awaitable<readonly string[]>;
  /** For `reverse_dns(address)`: the name of an address, or the address itself. */
  readonly reverseDns?: (address: string) => Awaitable<string>;
  /** For `context["geoip"]` and `context["asn"]`. */
  readonly locate?: (address: string) => Awaitable<GeoLocation | null>;
  /** For `user.group_attributes()`: the attributes of the user's groups, `{}` for none. Those of the user stand over them. */
  readonly groupAttributes?: (user: UserProfile) => Awaitable<JsonObject>;
  /** For `get_system_settings()`. Default: users may change their name, and neither address nor username. */
  readonly systemSettings?: JsonObject;
}
