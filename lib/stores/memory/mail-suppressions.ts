import type { MailSuppression, MailSuppressions } from '../../ports/mail-suppressions.js';

/** Addresses that get no more invitations, in this process: for development and tests. */
export function createMemoryMailSuppressions(): MailSuppressions {
  const addresses = new Map<string, Map<string, MailSuppression>>();
  return Object.freeze<MailSuppressions>({
    async add(address, scope, { at, by }) {
      const scopes = addresses.get(address) ?? new Map<string, MailSuppression>();
      if (scopes.has(scope)) return false;
      addresses.set(address, scopes.set(scope, Object.freeze({ at, by })));
      return true;
    },
    async find(wanted, scope) {
      return wanted.map((address) => addresses.get(address)?.get(scope)).find((one) => one !== undefined) ?? null;
    },
    async remove(wanted, scope) {
      const removed = wanted.map((address) =>
        scope === null ? addresses.delete(address) : addresses.get(address)?.delete(scope) === true,
      );
      return removed.includes(true);
    },
    async count() {
      return [...addresses.values()].reduce((sum, { size }) => sum + size, 0);
    },
  });
}
