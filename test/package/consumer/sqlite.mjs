import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { sqliteUsers } from 'express-enrollment/sql';
import { userStoreContract } from 'express-enrollment/testing';

let files = 0;
const folder = mkdtempSync(join(process.cwd(), 'users-'));
const open = async () => sqliteUsers(join(folder, `${(files += 1)}.db`));
const failed = [];
const cases = userStoreContract(open, { mayLack: ['username', 'email'] });
for (const { title, run } of cases) {
  await run().catch((error) => failed.push(`${title}: ${error.stack}`));
}
process.stdout.write(`${JSON.stringify({ cases: cases.length, failed })}\n`);
