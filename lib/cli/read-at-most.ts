import { closeSync, openSync, readSync } from 'node:fs';

/**
 * The text of a file, a pipe or a device, which may have no end; `null`: it has more than `most` bytes.
 * @throws the error of the file system
 */
export function readAtMost(path: string, most: number): string | null {
  const file = openSync(path, 'r');
  try {
    // One byte more says that there is more.
    const bytes = Buffer.alloc(most + 1);
    let size = 0;
    for (;;) {
      const count = readSync(file, bytes, size, bytes.length - size, null);
      if (count === 0) return bytes.toString('utf8', 0, size);
      size += count;
      if (size > most) return null;
    }
  } finally {
    closeSync(file);
  }
}
