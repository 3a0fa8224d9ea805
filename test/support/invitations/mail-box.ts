import type { MailOrder, MailQueue, MailStatus } from '../../../lib/ports/mail-queue.js';

export interface MailBox extends MailQueue {
  /** What was ordered, the newest last. */
  readonly orders: MailOrder[];
  /** The next order fails with this. */
  fail: Error | null;
  /** The second secret of the link in an order's letter. */
  proofIn(order: MailOrder | undefined): string;
}

/** A queue that keeps the orders, for tests of who orders which mail. */
export function mailBox(): MailBox {
  const orders: MailOrder[] = [];
  const box: MailBox = {
    orders,
    fail: null,
    async add(...added) {
      const { fail } = box;
      box.fail = null;
      if (fail !== null) throw fail;
      for (const order of added) if (!orders.some(({ id }) => id === order.id)) orders.push(order);
    },
    async status(ids) {
      return ids.map((id): MailStatus | null => {
        const order = orders.find((one) => one.id === id);
        if (order === undefined) return null;
        const { content, about, tenant, inviter } = order;
        const state = { state: 'queued', attempts: 0, queuedAt: 0, changedAt: 0, failure: null } as const;
        return { id, kind: content.kind, about, tenant, inviter, hint: 'a***@example.com', ...state };
      });
    },
    prepare: () => Promise.resolve(),
    erase: () => Promise.resolve(),
    proofIn: (order) => new URL(order?.content.letter?.url ?? 'none:').searchParams.get('mail') ?? '',
  };
  return box;
}
