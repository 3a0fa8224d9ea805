import { inspect, styleText } from 'node:util';
import { systemClock, type EnrollmentClock } from '../base/clock.js';
import { deepestCause } from '../base/deepest-cause.js';
import type { EnrollmentLogger } from '../ports/log.js';

const colors = { info: 'cyan', warn: 'yellow', error: 'red' } as const;

/**
 * Entries for reading at a terminal: time, level, message, the fields below each other. Of an error, the cause comes
 * first and then its stack, line by line.
 */
export function terminalLog(
  write: (text: string) => unknown,
  { colored = false, clock = systemClock }: { readonly colored?: boolean; readonly clock?: EnrollmentClock } = {},
): EnrollmentLogger {
  const paint = (color: Parameters<typeof styleText>[0], text: string): string =>
    colored ? styleText(color, text, { validateStream: false }) : text;
  const at = (level: keyof typeof colors) => (fields: object, text: string) => {
    const time = new Date(clock.now()).toISOString().slice(11, 23);
    const head = `${paint('dim', time)} ${paint(colors[level], level.padEnd(5))} ${printable(text)}`;
    const rest = Object.entries(fields).filter(([, value]) => value !== undefined);
    write([head, ...rest.flatMap(([name, value]) => inviterChains(name, value, paint))].join('\n') + '\n');
  };
  return Object.freeze({ info: at('info'), warn: at('warn'), error: at('error') });
}

function inviterChains(name: string, value: unknown, paint: (color: 'dim' | 'bold', text: string) => string): string[] {
  if (value instanceof Error) {
    const shown = inspect(value, { depth: 4 }).split('\n');
    return [
      `  ${paint('bold', printable(deepestCause(value)))}`,
      ...shown.map((line) => paint('dim', `  ${printable(line)}`)),
    ];
  }
  const text = typeof value === 'string' ? value : inspect(value, { depth: 4, breakLength: 100 });
  return [`  ${paint('dim', `${name}:`)} ${text.split('\n').map(printable).join('\n    ')}`];
}

/** Text from outside must not move the cursor or begin a new line. */
function printable(text: string): string {
  return text.replace(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029]/g, '\ufffd');
}
