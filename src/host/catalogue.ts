import { decodeUtf8Lenient } from '../base/bytes';
import { OperationError, errorText } from '../base/errors';
import { DefinitionCatalogue } from '../objects/catalogue';
import type { HostPorts } from './ports';

/** Longest object XML read, in bytes and in characters: the registry's longest is below 200 KiB. */
const LONGEST_XML = 2 * 1024 * 1024;
/** Most files of the user's own. */
const MOST_FILES = 500;

/**
 * Sets the text of one file of the user's own object XML, `null` where it is gone; what is wrong with it is told to
 * `warn`. Throws `OperationError` `OBJECT_FILE` for one too many or too long.
 */
export function setObjectText(
  catalogue: DefinitionCatalogue,
  file: string,
  text: string | null,
  warn: (message: string) => void,
): void {
  if (text === null) return catalogue.remove(file);
  const sources = catalogue.sources();
  if (text.length > LONGEST_XML)
    throw new OperationError('OBJECT_FILE', `${file} is longer than ${LONGEST_XML} characters`, {
      next: 'Split it into a file an object.',
    });
  if (sources.length >= MOST_FILES && !sources.includes(file))
    throw new OperationError('OBJECT_FILE', `${file} is one object file more than the ${MOST_FILES} kept`, {
      next: 'Close folders whose objects are not needed, and start the server again.',
    });
  for (const { message, offset } of catalogue.setFile(file, text))
    warn(`${file}, at character ${offset}: ${message}`);
}

/** Reads one file of the user's own object XML into a catalogue; what is wrong with it is told to `warn`. */
export async function addObjectFile(
  ports: Pick<HostPorts, 'files'>,
  catalogue: DefinitionCatalogue,
  file: string,
  warn: (message: string) => void,
): Promise<void> {
  const bytes = await ports.files.readAll(file, LONGEST_XML);
  if (!bytes.ok) return warn(`${file} can't be read: ${bytes.problem.message}`);
  setObjectText(catalogue, file, decodeUtf8Lenient(bytes.value), warn);
}

/**
 * Has the registry's definitions read where they aren't yet; `undefined` once they are there. Never rejects: without them
 * values have no types, which is told to `warn` and keeps nobody from asking a device.
 */
export function whenReady(
  catalogue: DefinitionCatalogue,
  warn: (message: string) => void,
): Promise<void> | undefined {
  if (catalogue.registry) return undefined;
  return catalogue.ready().then(
    () => undefined,
    (error: unknown) => warn(errorText(error)),
  );
}

/** The registry's definitions (read when first needed) and the user's own from the folders given, which win. */
export async function openCatalogue(
  ports: Pick<HostPorts, 'files' | 'registryText'>,
  folders: readonly string[],
  warn: (message: string) => void,
): Promise<DefinitionCatalogue> {
  const catalogue = new DefinitionCatalogue(ports.registryText);
  for (const folder of folders) {
    const entries = await ports.files.list(folder);
    const xml = entries.filter(({ kind, name }) => kind === 'file' && name.toLowerCase().endsWith('.xml'));
    if (xml.length === 0) warn(`no object XML in ${folder}`);
    for (const { path } of xml) await addObjectFile(ports, catalogue, path, warn);
  }
  return catalogue;
}
