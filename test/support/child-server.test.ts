import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'mocha';
import { startServer } from './child-server.js';
import { freePort } from './free-port.js';
import { temporaryFolder } from './temporary-folder.js';

const source = `
import { createServer } from 'node:http';
const server = createServer((req, res) => res.end(process.env.COLOUR));
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  console.error('a warning');
  console.log('listening on http://127.0.0.1:' + server.address().port);
});
process.once('SIGTERM', () => server.close(() => console.log('closed')));
`;

describe('a server in its own process', () => {
  const program = join(temporaryFolder(), 'server.mjs');
  before(() => writeFileSync(program, source));

  it('is detected by the line it prints, and stops cleanly', async () => {
    const server = await startServer(program, { env: { COLOUR: 'green' }, ready: /listening on (\S+)/ });
    assert.equal(await (await fetch(server.url, { headers: { connection: 'close' } })).text(), 'green');
    assert.equal(server.stderr(), 'a warning\n');
    await server.stop();
    assert.match(server.stdout(), /closed/);
    assert.deepEqual(await server.ended, { code: 0, signal: null });
  });

  it('is detected by its health, and can be killed', async () => {
    const port = await freePort();
    const healthz = `http://127.0.0.1:${port}/healthz`;
    const server = await startServer(program, { env: { COLOUR: 'blue', PORT: String(port) }, healthz });
    assert.equal(server.url, `http://127.0.0.1:${port}`);
    await server.kill();
    assert.deepEqual(await server.ended, { code: null, signal: 'SIGKILL' });
    assert.doesNotMatch(server.stdout(), /closed/);
  });

  it('reports the output of a program that does not start', async () => {
    writeFileSync(`${program}.broken.mjs`, `throw new Error('no database');`);
    await assert.rejects(startServer(`${program}.broken.mjs`), /no database/);
  });
});
