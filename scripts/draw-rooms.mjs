import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cruiseLib } from './cruise.mjs';
import { rooms } from './rooms.mjs';

const page = 'docs/architecture.md';
const between = /(<!-- rooms:begin -->\n)[\s\S]*?(<!-- rooms:end -->)/;

try {
  const text = existsSync(page) ? readFileSync(page, 'utf8') : '';
  if (!between.test(text)) throw new Error(`${page} needs the lines <!-- rooms:begin --> and <!-- rooms:end -->`);
  const picture = `\`\`\`mermaid\n${draw(arrows())}\n\`\`\`\n`;
  const wanted = text.replace(between, (_, begin, end) => `${begin}\n${picture}\n${end}`);
  if (wanted !== text) update(wanted);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

function update(text) {
  if (process.argv.includes('--check'))
    throw new Error(`${page} is out of date: run "npm run docs:rooms" and commit it`);
  writeFileSync(page, text);
}

/** Room -> the rooms its files import today, types included. */
function arrows() {
  const found = new Map();
  for (const module of cruiseLib().modules) {
    const from = roomOf(module.source);
    if (!from) continue;
    const to = found.get(from) ?? new Set();
    for (const { resolved } of module.dependencies) if (roomOf(resolved)) to.add(roomOf(resolved));
    to.delete(from);
    found.set(from, to);
  }
  return found;
}

function roomOf(file) {
  const inside = file.startsWith('lib/') ? file.slice('lib/'.length) : undefined;
  return inside && Object.keys(rooms).find((room) => inside === room || inside.startsWith(`${room}/`));
}

// The order of the map, not of the disk: the picture changes only where an import did.
function draw(found) {
  const order = Object.keys(rooms);
  const id = (room) => room.replace('.ts', '');
  const lines = order.filter((room) => found.has(room)).map((room) => `  ${id(room)}[${room}]`);
  for (const from of order) {
    for (const to of order) if (found.get(from)?.has(to)) lines.push(`  ${id(from)} --> ${id(to)}`);
  }
  return ['flowchart TD', ...lines].join('\n');
}
