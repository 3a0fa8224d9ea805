/**
 * What a stage's page loads from other origins, such as a captcha's script: origins or paths by directive of CSP Level
 * 3. They are added for this page only.
 */
export interface PageSources {
  readonly scriptSrc?: readonly string[];
  readonly styleSrc?: readonly string[];
  readonly imgSrc?: readonly string[];
  readonly fontSrc?: readonly string[];
  readonly frameSrc?: readonly string[];
  readonly connectSrc?: readonly string[];
}

/** The sources of a page, and where its forms may lead. */
export interface FormSources extends PageSources {
  /** Origins that the answer to a form may redirect to: browsers compare them with `form-action`. */
  readonly formAction?: readonly string[];
}

export const pageDirectives = ['scriptSrc', 'styleSrc', 'imgSrc', 'fontSrc', 'frameSrc', 'connectSrc'] as const;

/** A host over https, or over http on this machine, with an optional path; no keyword that allows inline code. */
export const pageSource =
  /^(?:https:\/\/(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d+)?|http:\/\/(?:localhost|127\.0\.0\.1)(?::\d+)?)(?:\/[!#-&(-+.-:<-~-]*)?$|^'self'$/i;
