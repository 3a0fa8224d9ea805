/**
 * Serves every page of the kit in every state, for designers: `npm run gallery`, then open the printed address. PORT
 * chooses another port.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { galleryApp, galleryPages } from './gallery-app.js';

const port = process.env['PORT'] ?? '3100';
const server = createServer(galleryApp(galleryPages({ cache: false })));
server.listen(Number(port), '127.0.0.1');
await once(server, 'listening');
console.log(`http://127.0.0.1:${port}/`);
