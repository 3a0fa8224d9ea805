/**
 * What a stage's page loads from beyond the app's own origin, such as a captcha's script: origins or paths by directive
 * of CSP Level 3. They are added for this page alone.
 */
export interface PageSources {
  readonly scriptSrc?: readonly string[];
  readonly styleSrc?: readonly string[];
  readonly imgSrc?: readonly string[];
  readonly fontSrc?: readonly string[];
  readonly frameSrc?: readonly string[];
  readonly connectSrc?: readonly string[];
}

export const pageDirectives = ['scriptSrc', 'styleSrc', 'imgSrc', 'fontSrc', 'frameSrc', 'connectSrc'] as const;

/** A host over https, or over http on this machine, with a path if need be; no keyword that lets inline code run. */
export const pageSource =
  /^(?:https:\/\/(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d+)?|http:\/\/(?:localhost|127\.0\.0\.1)(?::\d+)?)(?:\/[!#-&(-+.-:<-~-]*)?$|^'self'$/i;
