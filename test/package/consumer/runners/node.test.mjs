import { describe, it } from 'node:test';
import { argon2Passwords, memoryUsers } from 'express-enrollment';
import { passwordsContract, userStoreContract } from 'express-enrollment/testing';

const quick = () => argon2Passwords({ memoryKiB: 64, passes: 1 });

for (const [name, cases] of [
  ['user stores', userStoreContract(async () => memoryUsers())],
  ['passwords', passwordsContract(async () => quick())],
]) {
  describe(`the contract of ${name}`, () => {
    for (const { title, run } of cases) it(title, run);
  });
}
