/**
 * Serves every page of the kit in every state, for designers: `npm run gallery`, then open the printed address. PORT
 * chooses another port.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { galleryApp } from './gallery-app.js';
import { samplePages } from './samples.js';

const pages = samplePages({ cache: false });
const server = createServer(
  galleryApp(pages, (path) => {
    if (path === pages.stylesheet.path) return { type: 'css', body: pages.stylesheet.body };
    const script = pages.scripts.get(path);
    return script === undefined ? null : { type: 'js', body: script };
  }),
);
server.listen(Number(process.env['PORT'] ?? 3100), '127.0.0.1');
await once(server, 'listening');
console.log(`http://127.0.0.1:${process.env['PORT'] ?? 3100}/`);
