import { sqliteUsers } from '../../../lib/stores/sql/sqlite-users.js';
import { sampleAccount, sampleRedemption } from '../../../lib/testing/contracts/sample-enrollment.js';

// A separate process: `sqlite-writer.js <file> <accounts> [prefix of the redemption keys]`. Its last line is a JSON
// record.
const [file = '', count = '0', keys] = process.argv.slice(2);

const store = sqliteUsers(file, { timeoutMs: 10_000 });
await store.ready();
process.stdout.write('ready\n');
const started = performance.now();
let longestMs = 0;
const ended = await Promise.allSettled(
  Array.from({ length: Number(count) }, async (_, index) => {
    await store.users.create(sampleAccount(), sampleRedemption(keys === undefined ? {} : { key: `${keys}:${index}` }));
    longestMs = Math.max(longestMs, performance.now() - started);
  }),
);
const failures = ended.flatMap((end) => (end.status === 'rejected' ? [String(end.reason)] : []));
await store.close();
process.stdout.write(
  `${JSON.stringify({ written: ended.length - failures.length, failures, longestMs: Math.round(longestMs) })}\n`,
);
