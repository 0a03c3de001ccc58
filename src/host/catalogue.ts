import { decodeUtf8Lenient } from '../base/bytes';
import { DefinitionCatalogue } from '../objects/catalogue';
import type { HostPorts } from './ports';

/** Longest object XML read: the registry's longest is below 200 KiB. */
const LONGEST_XML = 2 * 1024 * 1024;

/** Reads one file of the user's own object XML into a catalogue; what is wrong with it is told to `warn`. */
export async function addObjectFile(
  ports: Pick<HostPorts, 'files'>,
  catalogue: DefinitionCatalogue,
  file: string,
  warn: (message: string) => void,
): Promise<void> {
  const bytes = await ports.files.readAll(file, LONGEST_XML);
  if (!bytes.ok) return warn(`${file} can't be read: ${bytes.problem.message}`);
  const problems = catalogue.setFile(file, decodeUtf8Lenient(bytes.value));
  for (const { message, offset } of problems) warn(`${file}, at character ${offset}: ${message}`);
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
