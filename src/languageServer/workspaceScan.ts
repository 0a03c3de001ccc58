import type { Connection } from 'vscode-languageserver/node';
import { LanguageMethods, type FilesFound, type FilesRead } from '../contract/languageServer';
import { parentOf } from '../language/uri';
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

/** How many folders above an application are looked at for the software around it. */
const MOST_ABOVE = 8;

/** A folder's URI and those above it. */
function upwards(folder: string): readonly string[] {
  const folders = [folder];
  for (let at = folder; folders.length < MOST_ABOVE;) {
    at = parentOf(at);
    if (!/^[\w.+-]+:\/\/[^/]*\/./.test(at)) break;
    folders.push(at);
  }
  return folders;
}

/** Finds out what software the fragments are for; told whether more became known. What may be read is the client's to say. */
export function findPlatforms(connection: Connection, files: Files): Promise<boolean> {
  const read = async (file: string): Promise<string | undefined> => {
    // a build names its sources by paths of the machine it ran on
    const uri = /^([A-Za-z]:)?\//.test(file) ? `file://${/^\//.test(file) ? '' : '/'}${file}` : file;
    const { texts } = await connection.sendRequest<FilesRead>(LanguageMethods.READ_FILES, { uris: [uri] });
    return texts[0] ?? undefined;
  };
  return files.project.findPlatforms(read, upwards);
}
