import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { parseJson, type JsonObject } from '../../base/json.js';
import { isLanguageTag } from '../../base/language-tag.js';
import { viewFolders } from '../../pages/views/folders.js';
import { listViews, type ViewEntry } from '../../pages/views/view-list.js';
import { localeFlag } from '../language-flag.js';
import { copyView, readCopy } from '../copied-view.js';
import { kitViews, knownView } from '../known-view.js';
import type { Action } from '../program.js';
import type { Session } from '../session.js';
import { isFolder } from '../../pages/views/view-files.js';
import { isPlaceName } from '../../pages/views/view-names.js';
import { usage } from '../terminal.js';

interface FolderFlag {
  readonly folder?: string;
}

interface CopyFlags extends FolderFlag {
  readonly flow?: string;
  readonly stage?: string;
  readonly language?: string;
  readonly force?: boolean;
}

const folderText = 'your views folder (default: the first of "views" in the configuration)';

/** `views …`: the templates of the pages. */
export function addViewCommands(program: Command, action: Action): void {
  const views = program.command('views').description("the pages' templates: which file is used, copies, mistakes");

  views
    .command('list')
    .description('which file is used for each view')
    .option('--folder <folder>', folderText)
    .action(
      action(async (session, { folder }: FolderFlag) => {
        const entries = await entriesOf(session, folder);
        const kits = new Set(kitViews());
        session.output.answer(entries, () =>
          session.output.table(
            ['view', 'for', 'file', 'instead of'],
            entries.map((entry) => [
              entry.view,
              placeOf(entry),
              entry.isKits ? 'the kit' : entry.file,
              hiddenOf(entry, (view) => kits.has(view)),
            ]),
            ['file'],
          ),
        );
      }),
    );

  views
    .command('copy <view>')
    .description('copy a view of the kit into your folder, to change it there')
    .option('--folder <folder>', folderText)
    .option('--flow <slug>', 'for the pages of one flow')
    .option('--stage <name>', 'for the pages of one stage of that flow')
    .option('--language <tag>', 'for the pages in one language')
    .option('--force', 'write over a file that exists')
    .addHelpText('after', '\nA view is named as in include: pages/prompt, elements/submit, layouts/stacked.')
    .action(
      action(async (session, given: string, flags: CopyFlags) => {
        const view = knownView(given);
        const folder = await folderOf(session, flags.folder);
        const target = targetOf(view, flags);
        // For a flow, stage or language that the app does not have, or for a page that they do not show.
        const reason = flags.folder === undefined ? (await session.unready()).views.reasonAgainst(target) : null;
        if (reason !== null) throw usage(`nothing was copied: ${target} ${reason}`);
        const file = copyView(folder, view, target, flags.force === true);
        session.output.answer({ view, file }, () => file);
      }),
    );

  views
    .command('check')
    .description('what is wrong with your views; ends with 1 if anything is')
    .action(
      action(async ({ output, unready, fail }) => {
        const problems = (await unready()).views.check();
        if (problems.length > 0) fail();
        output.answer({ problems }, () =>
          problems.length === 0 ? 'All views are as they should be.' : problems.join('\n\n'),
        );
      }),
    );

  views
    .command('preview <flow> <stage>')
    .description('the page of a stage as HTML, with a context that you give; ends with 1 if anything is wrong')
    .option('--context <file>', 'the plan\'s context in JSON: {"prompt_data": {"team": "red"}}')
    .option('--language <tag>', 'in this language')
    .action(
      action(async ({ terminal, output, unready, fail }, flow: string, stage: string, flags: PreviewFlags) => {
        const { views: drawn, messages } = await unready();
        const request = {
          flow,
          stage,
          ...(flags.context === undefined ? {} : { context: contextIn(resolve(terminal.cwd, flags.context)) }),
          ...localeFlag(flags.language, '--language', messages),
        };
        const preview = await drawn.preview(request).catch((error: unknown) => {
          // A flow or a stage that does not exist, or has no page.
          throw error instanceof TypeError ? usage(error.message) : error;
        });
        if (preview.problems.length > 0) fail();
        for (const problem of preview.problems) output.note(problem);
        output.answer(preview, () => preview.html);
      }),
    );

  views
    .command('diff [view]')
    .description('what the kit changed since you copied a view; ends with 1 if anything')
    .option('--folder <folder>', folderText)
    .option('--mine', 'what you changed, instead')
    .action(
      action(async (session, given: string | undefined, { folder, mine }: FolderFlag & { readonly mine?: boolean }) => {
        const view = given === undefined ? null : knownView(given);
        const copies = await differencesOf(session, folder, view, mine === true);
        if (mine !== true && copies.some(({ changed }) => changed)) session.fail();
        session.output.answer(copies, () =>
          copies.length === 0 ? 'No view of yours replaces one of the kit.' : copies.map(textOf).join('\n'),
        );
      }),
    );
}

interface PreviewFlags {
  readonly context?: string;
  readonly language?: string;
}

function contextIn(path: string): JsonObject {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw usage(`--context: ${path} cannot be read`);
  }
  const context = parseJson(text);
  if (context === null) throw usage(`--context: ${path} is no JSON object`);
  return context;
}

async function entriesOf({ unready, terminal }: Session, folder: string | undefined): Promise<readonly ViewEntry[]> {
  return folder === undefined ? (await unready()).views.list() : listViews(viewFolders(existing(terminal.cwd, folder)));
}

function existing(cwd: string, folder: string): string {
  const path = resolve(cwd, folder);
  if (!isFolder(path)) throw usage(`--folder: there is no folder ${path}`);
  return path;
}

/** The folder of a copy may be created by it. */
async function folderOf({ terminal, unready }: Session, folder: string | undefined): Promise<string> {
  if (folder !== undefined) return resolve(terminal.cwd, folder);
  const { views } = await unready().catch((error: unknown) => {
    // The folder of the first copy need not exist yet.
    if (!(error instanceof Error) || !error.message.includes('Option "views"')) throw error;
    throw usage(`${error.message}\nCreate the folder, or let --folder <folder> create it`);
  });
  const [first] = views.folders;
  if (first === undefined)
    throw usage('the configuration has no "views": name a folder with --folder, and give it as "views" afterwards');
  return first;
}

function placeOf({ flow, stage, language }: ViewEntry): string {
  const place = flow === null ? 'all flows' : stage === null ? `flow ${flow}` : `flow ${flow}, stage ${stage}`;
  return language === null ? place : `${place}, in ${language}`;
}

function hiddenOf({ view, hides, isKits, flow, language }: ViewEntry, isOfKit: (view: string) => boolean): string {
  if (hides.length > 1) return `${String(hides.length)} files`;
  if (hides.length === 1 && flow === null && language === null) return 'the kit’s';
  if (hides.length === 1) return hides[0] ?? '';
  if (isKits) return '';
  // A file for one flow, stage or language comes before the one for all of them.
  return isOfKit(view) ? 'the kit’s' : 'none';
}

function targetOf(view: string, { flow, stage, language }: CopyFlags): string {
  if (stage !== undefined && flow === undefined) throw usage('--stage needs --flow');
  for (const [flag, name] of [
    ['--flow', flow],
    ['--stage', stage],
  ] as const)
    if (name !== undefined && !isPlaceName(name)) throw usage(`${flag}: '${name}' is no name of a flow or stage`);
  if (language !== undefined && !isLanguageTag(language))
    throw usage(`--language: '${language}' is no language tag: write one such as de or pt-BR`);
  const folder = flow === undefined ? '' : stage === undefined ? `flows/${flow}/` : `flows/${flow}/${stage}/`;
  return `${folder}${view}${language === undefined ? '' : `.${language}`}`;
}

interface Difference {
  readonly view: string;
  readonly file: string;
  readonly version: string | null;
  /** True where the kit's view is not what was copied. */
  readonly changed: boolean;
  /** In unified form; empty for no difference. */
  readonly diff: string;
  readonly note: string;
}

async function differencesOf(
  session: Session,
  folder: string | undefined,
  view: string | null,
  mine: boolean,
): Promise<readonly Difference[]> {
  const { createTwoFilesPatch } = await import('diff');
  const entries = await entriesOf(session, folder);
  const folders =
    folder === undefined ? (await session.unready()).views.folders : [existing(session.terminal.cwd, folder)];
  const kits = new Set(listViews(viewFolders(undefined)).map((entry) => entry.view));
  return entries
    .filter((entry) => !entry.isKits && kits.has(entry.view) && (view === null || entry.view === view))
    .map(({ view: name, file }) => {
      const root = folders.find((one) => file.startsWith(one)) ?? '';
      const { version, text, original, current } = readCopy(root, file, name);
      const [from, to] = mine || original === null ? [original ?? current, text] : [original, current];
      const names = mine || original === null ? [`kit/${name}.ejs`, file] : [`copied/${name}.ejs`, `kit/${name}.ejs`];
      const diff = from === to ? '' : createTwoFilesPatch(names[0] ?? '', names[1] ?? '', from, to);
      const changed = original !== null && original !== current;
      return { view: name, file, version, changed, diff, note: noteOf(version, original, changed) };
    });
}

function noteOf(version: string | null, original: string | null, changed: boolean): string {
  if (original === null) return 'not copied by this command: this is how it differs from the kit’s';
  const since = version === null ? 'the copy' : `version ${version}`;
  return changed ? `the kit's view has changed since ${since}` : `the kit's view is the same as in ${since}`;
}

function textOf({ file, note, diff }: Difference): string {
  return `${file}: ${note}${diff === '' ? '' : `\n${diff}`}`;
}
