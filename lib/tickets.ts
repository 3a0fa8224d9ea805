export { readTicketResult, ticketResult, type TicketResult, type TicketResultSettings } from './http/ticket-result.js';
