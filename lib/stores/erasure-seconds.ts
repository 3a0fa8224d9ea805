/** For how long an erasure is remembered, so that a commit which comes late does not put the person back: a week. */
export const erasureSeconds = 7 * 24 * 60 * 60;
