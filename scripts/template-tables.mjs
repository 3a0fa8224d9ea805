import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import prettier from 'prettier';
import ts from 'typescript';

// Writes the tables of docs/templates.md: locals from the comments of the types in lib/pages, views and classes from the
// folder views. With --check it fails where they are not current, or where a view is not described here.
const page = 'docs/templates.md';

const pages = {
  prompt: 'for a stage with fields',
  identification: 'at sign-in: the name, with or without the password',
  authenticator: 'second factors: the set-up of an authenticator app, recovery codes, and the code at sign-in',
  captcha: 'a captcha on a page of its own',
  permissions: 'what an application asks to be allowed: two buttons',
  password: 'at sign-in: the password, if it has a page of its own',
  email: 'the code that was sent by email; in the browser that opened the link of the mail, a button',
  noted: 'when a request is on the waitlist: one button',
  continue:
    'when the next step has an effect but the request was only a GET: one button. A stage can set title, text and button; "Sign out?" and "Sign out and continue" use this page',
  menu: 'the links of account settings, and a button that leads back to the app',
  cancel: 'before a running flow is canceled: one button',
  denied: 'when a policy or stage denies access',
  problem: 'for 400, 403, 404, 413, 415, 429 and 503 (a form that could not be processed comes back on its own page)',
  invitation:
    'asks a signed-in user to accept or decline an invitation; what it is for is in `page.challenge.description`',
  enrolled: 'when the account was created but its user was not signed in, also where it was removed since',
};
const layouts = {
  stacked: 'a card below the brand, the default',
  split: 'beside a picture or the brand’s color',
  plain: 'a column without the brand',
};
const elements = {
  head: 'the content of `<head>`',
  brand: 'the name or logo, above the card',
  heading: '`page.title`, `page.flowTitle` and `page.intro`',
  steps: '`page.steps`: "Step 1 of 2"',
  notice: '`page.notice`',
  messages: '`page.messages`',
  errors: 'the error summary',
  form: 'the form with its hidden and visible fields',
  field: 'one field: includes the element of its type',
  label: 'the label of a field, with its links',
  'linked-text': 'a sentence in `parts`, with links: of `label` and `consent`',
  help: 'the help of a field',
  'field-text': 'a field that is typed; the default',
  'field-textarea': 'a field of several lines',
  'field-file': 'a field for a file',
  'field-choices': 'a field with `choices`: radio buttons, checkboxes or a list',
  'field-checkbox': 'one checkbox; a ticked one has a `field.value`',
  'field-hidden': 'a hidden field',
  'field-static': 'a text among the fields',
  'field-alert': 'a text in a box: `field.label` and `field.help`',
  'field-qr_code': 'the QR code of a new authenticator app, from `page.challenge.qr`',
  'field-captcha': 'a captcha, from `page.challenge.captcha`',
  'field-setup_key': 'the same as a key to type',
  'field-recovery_codes': 'the list of `page.challenge.codes`',
  'field-passkey': 'asks the browser for a passkey, by a script: `page.challenge.registration` or `passkey_challenge`',
  'field-passkey_autofill': 'the same beside the names that a browser remembers',
  'other-challenges': 'a button for each other way of `page.challenge.other_challenges`',
  'field-separator': 'a line between fields, with `field.label`',
  'field-saved': 'a password that is saved already, with a way to change it',
  consent: '`form.consent`: what people agree to, above the button that creates an account',
  submit: 'the button of the form, and the one that sends a new email',
  reference: '`page.reference`',
  recognized: '`page.recognized`: who is signed in at a source',
  sources: 'a button for each of `page.sources`',
  links: '`page.links`',
  languages: 'the language switch',
  legal: '`brand.links`: terms, privacy and help',
  panel: 'the picture or brand beside the page in `split`',
  scripts: 'the kit’s optional scripts',
};
const slots = {
  head: "in every `<head>`, before the kit's stylesheet: a stylesheet, an icon",
  header: 'above every page, below the brand',
  footer: 'below every page',
  'before-form': 'before the form',
  'after-form': 'after the form',
  'hidden-fields': 'in every form: hidden inputs of your own',
};
const described = { pages, layouts, elements, slots };

const types = new Map(
  ['view-model', 'form-view', 'field-view', 'saved-password', 'languages/language-choices'].flatMap((name) => {
    const path = `lib/pages/${name}.ts`;
    const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ES2022, true);
    return source.statements.filter(ts.isInterfaceDeclaration).map((node) => [node.name.text, node]);
  }),
);

const given = readFileSync(page, 'utf8');
const text = given.replace(
  /(<!-- table: (\w+)(?: (\w+))? -->\n)[^]*?(\n<!-- end of table -->)/g,
  (_all, start, what, name, end) => [start, tableOf(what, name), end].join('\n'),
);
const current = await prettier.format(text, { ...(await prettier.resolveConfig(page)), filepath: page });

if (!process.argv.includes('--check')) writeFileSync(page, current);
else if (current !== given) {
  console.error(`${page} is not current: run npm run docs:templates`);
  process.exitCode = 1;
}

function tableOf(what, name) {
  if (what === 'type') return localsOf(name);
  if (what === 'classes') return classesOf();
  const files = readdirSync(`views/${what}`).map((file) => file.replace(/\.ejs$/, ''));
  const table = described[what];
  for (const file of files)
    if (!(file in table)) throw new Error(`scripts/template-tables.mjs does not describe views/${what}/${file}.ejs`);
  const rows = Object.keys(table).filter((file) => files.includes(file));
  return [
    '| View | Contains |',
    '| --- | --- |',
    ...rows.map((file) => `| \`${what}/${file}\` | ${table[file]} |`),
  ].join('\n');
}

function localsOf(name) {
  const prefix = { ViewModel: 'locals', PageContent: 'page', FormView: 'form', FieldView: 'field' }[name];
  const rows = types.get(name).members.map((member) => {
    const key = `${prefix}.${member.name.getText()}`;
    const [comment] = ts.getJSDocCommentsAndTags(member);
    if (comment === undefined) throw new Error(`lib/pages: ${name}.${member.name.getText()} has no comment`);
    const meaning = ts
      .getTextOfJSDocComment(comment.comment)
      .replace(/\s*\n\s*/g, ' ')
      .replace(/\.$/, '');
    return `| \`${key}\` | ${typeOf(member.type)} | ${meaning.replace(/\|/g, '\\|')} |`;
  });
  return ['| Name | Type | Meaning |', '| --- | --- | --- |', ...rows].join('\n');
}

function typeOf(node) {
  if (ts.isUnionTypeNode(node)) return node.types.map(typeOf).join(' or ');
  if (ts.isLiteralTypeNode(node))
    return node.literal.kind === ts.SyntaxKind.NullKeyword ? 'null' : `\`${node.getText()}\``;
  if (ts.isTypeOperatorNode(node)) return typeOf(node.type);
  if (ts.isArrayTypeNode(node)) return `list of ${typeOf(node.elementType).replace(/^string$/, 'strings')}`;
  if (ts.isTypeLiteralNode(node)) return membersOf(node);
  if (ts.isFunctionTypeNode(node)) return 'function';
  if (!ts.isTypeReferenceNode(node)) return node.getText();
  const found = types.get(node.typeName.getText());
  if (node.typeName.getText() === 'Include') return 'function';
  if (node.typeName.getText() === 'PageLink') return '`{ href, label }`';
  if (found === undefined) return 'object';
  return ['PageContent', 'FormView'].includes(found.name.text)
    ? 'object'
    : found.name.text === 'FieldView'
      ? 'fields'
      : membersOf(found);
}

function membersOf({ members }) {
  return `\`{ ${members.map((member) => member.name.getText()).join(', ')} }\``;
}

function classesOf() {
  const files = [
    ...readdirSync('views', { recursive: true, encoding: 'utf8' }).map((file) => `views/${file}`),
    ...readdirSync('assets/scripts').map((file) => `assets/scripts/${file}`),
  ].filter((file) => /\.(?:ejs|js)$/.test(file));
  const names = files.flatMap((file) =>
    Array.from(
      readFileSync(file, 'utf8').matchAll(/(?<![\w-])enrollment-([a-z][a-z_-]*[a-z])(?![\w-])/g),
      ([, name]) => name,
    ),
  );
  return `${[...new Set(names)]
    .sort()
    .map((name) => `\`${name}\``)
    .join(', ')}.`;
}
