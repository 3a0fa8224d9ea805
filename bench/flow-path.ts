/** The address of the signup, the same on every side. */
export const flowPath = '/if/flow/invite/';
