import { readFileSync, writeFileSync } from 'node:fs';
import prettier from 'prettier';
import ts from 'typescript';

// Writes the tables of docs/options.md from the comments in lib/options. With --check it fails where they are not current.
const page = 'docs/options.md';
const nested = { rateLimits: interfaceIn('lib/ports/rate-limits.ts', 'RateLimits') };

const given = readFileSync(page, 'utf8');
const text = given.replace(
  /(<!-- options: (.*?) -->\n)[^]*?(\n<!-- end of options -->)/g,
  (_all, start, files, end) => {
    const rows = files.split(' ').flatMap((file) => rowsOf(groupIn(`lib/options/${file}.ts`)));
    return [`${start}`, '| Option | Meaning | Default |', '| --- | --- | --- |', ...rows, end].join('\n');
  },
);
const current = await prettier.format(text, { ...(await prettier.resolveConfig(page)), filepath: page });

if (!process.argv.includes('--check')) writeFileSync(page, current);
else if (current !== given) {
  console.error(`${page} is not current: run npm run docs:options`);
  process.exitCode = 1;
}

function groupIn(path) {
  return interfaceIn(path, /^\w+Options$/);
}

function interfaceIn(path, name) {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ES2022, true);
  return source.statements.find((node) => ts.isInterfaceDeclaration(node) && node.name.text.match(name) !== null);
}

function rowsOf({ members }, prefix = '') {
  return members.flatMap((member) => {
    const name = prefix + member.name.getText();
    const [comment] = ts.getJSDocCommentsAndTags(member);
    const inner = nested[name] ?? (ts.isTypeLiteralNode(member.type) ? member.type : undefined);
    const own =
      comment === undefined ? [] : [`| \`${name}\` | ${meaningOf(comment)} | ${tagOf(comment, 'defaultValue')} |`];
    return inner === undefined ? own : [...own, ...rowsOf(inner, `${name}.`)];
  });
}

function meaningOf(comment) {
  const link = tagOf(comment, 'see');
  return cell(ts.getTextOfJSDocComment(comment.comment)).replace(/\.$/, '') + (link === '' ? '' : `; see ${link}`);
}

function tagOf(comment, name) {
  // TypeScript reads the first word after @see as a name; the text as written is what counts.
  const tag = comment.tags?.find(({ tagName }) => tagName.text === name);
  return tag === undefined ? '' : cell(tag.getText().replace(/^@\w+\s*/, ''));
}

function cell(comment) {
  return comment
    .replace(/\s*\n\s*\*\s*/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/(?<!\\)\|/g, '\\|')
    .replace(/\]\(docs\//g, '](')
    .replace(/\]\(README/g, '](../README')
    .trim();
}
