import { readdirSync, readFileSync } from 'node:fs';
import { filesOf, readFactory } from './read-settings.mjs';

// Fails where an exported stage or captcha has no page in docs/stages with an example, or the page lacks a setting.
const pages = readdirSync('docs/stages').map((name) => readFileSync(`docs/stages/${name}`, 'utf8'));
const examples = /^```ts\n\/\/ \S+\n[^]*?```/gm;

const missing = [...new Map([...filesOf('lib/index.ts'), ...filesOf('lib/stages.ts')])]
  .filter(([, file]) => /^lib\/(stages|captcha)\//.test(file))
  .flatMap(([name, file]) => {
    const call = new RegExp(`\\b${name}\\(`);
    const own = pages.filter((page) => (page.match(examples) ?? []).some((code) => call.test(code)));
    if (own.length === 0) return [`${name}: no page with an example`];
    return readFactory(file, name)
      .settings.filter((setting) => !own.some((page) => page.includes(`\`${setting.name}\``)))
      .map((setting) => `${name}: its page lacks \`${setting.name}\``);
  });

if (missing.length > 0) {
  console.error(missing.join('\n'));
  process.exitCode = 1;
}
