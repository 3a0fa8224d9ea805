/** A typed client of a flow's JSON, for browsers and Node. It imports nothing. */
export { createFlowClient } from './client/create-flow-client.js';
export type { FlowClient, FlowCallOptions } from './client/create-flow-client.js';
export { FlowClientError, isFlowClientError } from './client/flow-client-error.js';
export type { FlowClientErrorCode } from './client/flow-client-error.js';
export type { FlowClientSettings, FlowFetch } from './client/settings.js';
export type * from './client/challenges.js';
