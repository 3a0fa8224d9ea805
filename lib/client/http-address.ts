/** An address of http, by `base` where it is a path; `null`: the text is none. */
export function httpAddress(text: string, base?: string): URL | null {
  try {
    const url = new URL(text, base);
    return /^https?:$/.test(url.protocol) ? url : null;
  } catch {
    return null;
  }
}
