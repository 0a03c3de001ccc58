import type { ImageFacts } from '../firmware/image/facts';
import { inspectImage } from '../firmware/image/inspect';
import { suggestUpdateImage } from '../firmware/suggest';
import type { HostPorts } from './ports';

/**
 * What a file is; a refusal names the image beside it that a device can take. Throws `OperationError` `UNREADABLE`.
 */
export async function inspectFile(
  ports: Pick<HostPorts, 'files' | 'hash'>,
  file: string,
): Promise<ImageFacts> {
  const source = await ports.files.open(file);
  try {
    const facts = await inspectImage(source, ports.hash);
    if (facts.sendable) return facts;
    const better = await suggestUpdateImage(ports.files, file);
    if (better === undefined) return facts;
    const next = `The update image is ${better}.`;
    return { ...facts, problems: facts.problems.map((problem) => ({ ...problem, next })) };
  } finally {
    await source.close();
  }
}
