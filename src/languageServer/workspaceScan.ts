import type { Connection } from 'vscode-languageserver/node';
import { LanguageMethods, type FilesFound, type FilesRead } from '../contract/languageServer';
import type { Files } from './files';

/** How many files are asked for at once: few enough that progress is seen and a keystroke comes between. */
const BATCH = 64;

/** Asks the client for texts and takes them; what it can't read counts as gone. */
export async function readFiles(
  connection: Connection,
  files: Files,
  uris: readonly string[],
): Promise<void> {
  if (uris.length === 0) return;
  const { texts, modified } = await connection.sendRequest<FilesRead>(LanguageMethods.READ_FILES, { uris });
  uris.forEach((uri, i) => files.found(uri, texts[i] ?? null, modified[i] ?? undefined));
}

/** Reads the workspace's files through the client, with progress where it shows that. */
export async function scanWorkspace(
  connection: Connection,
  files: Files,
  withProgress: boolean,
): Promise<void> {
  const { uris } = await connection.sendRequest<FilesFound>(LanguageMethods.FIND_FILES);
  if (uris.length === 0) return;
  const progress = withProgress ? await connection.window.createWorkDoneProgress() : undefined;
  progress?.begin('LwM2M: reading objects and Kconfig fragments', 0, undefined, true);
  try {
    for (
      let done = 0;
      done < uris.length && progress?.token.isCancellationRequested !== true;
      done += BATCH
    ) {
      await readFiles(connection, files, uris.slice(done, done + BATCH));
      progress?.report(
        Math.floor((Math.min(done + BATCH, uris.length) / uris.length) * 100),
        `${Math.min(done + BATCH, uris.length)} of ${uris.length} files`,
      );
    }
  } finally {
    progress?.done();
  }
}
