import { createHash } from 'node:crypto';
import { isJsonObject } from '../../base/json.js';
import type { FlowFile } from '../import-flows.js';
import { storedLimits } from '../limits.js';

/** The files of a version: those of before, where a new one of the same name replaces one; or the new ones alone. */
export function mergeFiles(
  before: readonly FlowFile[],
  files: readonly FlowFile[],
  replaceAll: boolean,
): readonly FlowFile[] {
  if (replaceAll) return files;
  const given = new Map(files.map((one) => [one.file, one]));
  const kept = before.map((one) => given.get(one.file) ?? one);
  const known = new Set(before.map(({ file }) => file));
  return [...kept, ...files.filter(({ file }) => !known.has(file))];
}

// Counted before the files are parsed, which takes most of the time.
const flowEntry = /\bmodel["']?\s*:\s*["']?authentik_flows\.flow\b/gi;

/** Why the files cannot be stored, before they are read; empty: they can. */
export function storedFilesIssues(files: readonly FlowFile[]): readonly string[] {
  const names = files.map(({ file }) => file);
  const bytes = files.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  const flows = files.reduce((sum, { text }) => sum + (text.match(flowEntry)?.length ?? 0), 0);
  return [
    ...(files.length > storedLimits.files ? [`there are more than ${String(storedLimits.files)} files`] : []),
    ...(bytes > storedLimits.bytes
      ? [`the files have ${String(bytes)} bytes together; ${String(storedLimits.bytes)} are allowed`]
      : []),
    ...(flows > storedLimits.flows
      ? [`the files have ${String(flows)} entries of flows together; ${String(storedLimits.flows)} are allowed`]
      : []),
    ...names.flatMap((name, index) =>
      names.indexOf(name) === index ? nameIssues(name) : [`${printed(name)}: two files have this name`],
    ),
  ];
}

export function filesText(files: readonly FlowFile[]): string {
  return JSON.stringify(files.map(({ file, text }) => ({ file, text })));
}

/** `null`: another program wrote it, or the text is not the one of the digest. */
export function readFiles(text: string, digest: string): readonly FlowFile[] | null {
  if (digestOf(text) !== digest) return null;
  try {
    const found: unknown = JSON.parse(text);
    return Array.isArray(found) && found.every(isFlowFile) ? found : null;
  } catch {
    return null;
  }
}

export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function isFlowFile(value: unknown): value is FlowFile {
  return isJsonObject(value) && typeof value['file'] === 'string' && typeof value['text'] === 'string';
}

function nameIssues(name: string): readonly string[] {
  if (name === '' || name.length > storedLimits.name)
    return [`${printed(name)}: the name of a file has 1 to ${String(storedLimits.name)} characters`];
  return /\p{C}/u.test(name) ? [`${printed(name)}: the name of the file has control characters`] : [];
}

function printed(name: string): string {
  return name.slice(0, 60).replace(/\p{C}/gu, '?');
}
