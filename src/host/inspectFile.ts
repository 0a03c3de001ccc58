import type { ImageFacts } from '../firmware/image/facts';
import { inspectImage } from '../firmware/image/inspect';
import type { HostPorts } from './ports';
import { withSuggestion } from './staging';

/** What a file is; a refusal names the image beside it that a device can take. Throws `OperationError` `UNREADABLE`. */
export async function inspectFile(
  ports: Pick<HostPorts, 'files' | 'hash'>,
  file: string,
): Promise<ImageFacts> {
  const source = await ports.files.open(file);
  try {
    return await withSuggestion(ports.files, file, await inspectImage(source, ports.hash));
  } finally {
    await source.close();
  }
}
