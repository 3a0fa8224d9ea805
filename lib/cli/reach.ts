import { deepestCause } from '../base/deepest-cause.js';
import { faultKind } from '../base/fault-kind.js';

/** The problem that a visitor would see at the app's address; `null` when it answers correctly. */
interface Unreached {
  readonly grade: 'unwise' | 'bad';
  readonly text: string;
}

const timeoutMs = 3000;

/** Fetches a flow's page, or the base URL when there are no flows. */
export async function findUnreached(baseUrl: string, flow: string | undefined): Promise<Unreached | null> {
  const url = flow === undefined ? baseUrl : `${baseUrl}/if/flow/${flow}/`;
  try {
    const { status } = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });
    if (status === 404 && flow !== undefined)
      return { grade: 'bad', text: `${url} is not found: mount enrollment.router() at the path of baseUrl` };
    if (status >= 500) return { grade: 'bad', text: `${url} answers with ${String(status)}` };
    return null;
  } catch (error) {
    // An app that is not running yet is not at fault; a certificate that browsers reject is.
    const grade = faultKind(error) === 'denied' ? 'bad' : 'unwise';
    return { grade, text: `${url} does not answer: ${deepestCause(error)}` };
  }
}
