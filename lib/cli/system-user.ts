import { userInfo } from 'node:os';

/** The name of the account that runs this process; '' when the system does not know one, as in some containers. */
export function systemUser(): string {
  try {
    return userInfo().username;
  } catch {
    return '';
  }
}
