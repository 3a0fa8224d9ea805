import ejs from 'ejs';
import { EnrollmentError } from '../base/error.js';
import { escapeHtml } from './view-model.js';

/** Renders one file. */
export type Template = (locals: object) => string;

// EJS passes each template an `include` that reads the disk at every call and knows neither flows nor stages. The kit's
// own replaces it in the template's first statement, on its first line, so that line numbers stay right.
const ownInclude = '<% include = locals.include; %>';

/** Compiles one file. `debug` adds file and line to the errors of a template and costs time on every page. */
export function compileTemplate(text: string, file: string, debug: boolean): Template {
  const options = {
    filename: file,
    strict: true,
    localsName: 'locals',
    compileDebug: debug,
    escape: escapeHtml,
    // Avoids copying the locals at every include. The copy protects lookups through `with`, which `strict` does not
    // use.
    unsafePrototypeLocals: true,
  };
  try {
    return ejs.compile(ownInclude + text, options);
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split(' while compiling ejs')[0] ?? '') : String(cause);
    throw new EnrollmentError('ERR_ENROLLMENT_VIEWS', `The view ${file} does not parse: ${reason}`, { cause });
  }
}
