import { defineSilentStage } from '../flow/define-stage.js';

/** Ends the flow at the result URL of the plan's ticket, with `success` and `ticket_status`; goes on where it has none. */
export const ticketResult = defineSilentStage<object>({
  kind: 'ticket_result',
  hasSideEffects: false,
  needs: ['ticket'],
  async run(_settings, { context, services }) {
    const to = context.ticket === undefined ? null : await services.tickets?.resultOf(context.ticket);
    return to === null || to === undefined ? { type: 'completed' } : { type: 'ended', to, keepContext: false };
  },
});
