/** The step that a challenge is of, signed. A client that repeats it in its answer never answers another step. */
export const stepHeader = 'X-Enrollment-Step';

/** The plan's token, for clients that keep no cookies, and the flow that it is of. */
export const tokenHeader = 'X-Enrollment-Token';
export const flowHeader = 'X-Enrollment-Flow';

/** authentik's names. */
export const csrfHeader = 'X-authentik-CSRF';
export const csrfCookie = 'authentik_csrf';

/** What a client sends in place of a token that it does not have yet. */
export const newToken = 'new';

/** The field of an answer that is a button of the page beside the step. No prompt can have its name. */
export const actionField = 'enrollment_action';

/** Those buttons: a fresh link of a mail, and declining the invitation of a mail. */
export const pageActions = ['send_fresh_link', 'decline_invitation'] as const;

export type PageAction = (typeof pageActions)[number];
