import { toHex } from '../base/bytes';
import type { FileReader } from '../base/files';
import type { HashPort } from '../base/hash';
import type { RandomSource } from '../base/random';
import { inspectImage } from '../firmware/image/inspect';
import type { ImageFacts } from '../firmware/image/facts';
import { suggestUpdateImage } from '../firmware/suggest';
import type { ImageStaging, StagedImage } from '../firmware/stagedImage';
import type { FileCopies } from '../storage/fileCopies';

/** Copies of images in the state folder, inspected as copies: what is hashed is what is sent. */
export function imageStaging(
  copies: FileCopies,
  files: FileReader,
  hash: HashPort,
  random: RandomSource,
): ImageStaging {
  const staged = (file: string, copy: string, facts: ImageFacts): StagedImage => ({
    file,
    copy,
    facts,
    open: () => files.open(copy),
    remove: () => copies.remove(copy),
  });
  const inspected = async (copy: string): Promise<ImageFacts> => {
    const source = await files.open(copy);
    try {
      return await inspectImage(source, hash);
    } finally {
      await source.close();
    }
  };
  return {
    stage: async (file) => {
      const copy = await copies.copy(file, `${toHex(random.bytes(8))}.image`);
      try {
        return staged(file, copy, await withSuggestion(files, file, await inspected(copy)));
      } catch (error) {
        await copies.remove(copy);
        throw error;
      }
    },
    reopen: async (copy, file) => {
      if (!(await copies.has(copy))) return undefined;
      return staged(file, copy, await inspected(copy));
    },
  };
}

/** Facts whose refusal names the image in the same build that a device can take. */
export async function withSuggestion(
  files: FileReader,
  file: string,
  facts: ImageFacts,
): Promise<ImageFacts> {
  if (facts.sendable) return facts;
  const better = await suggestUpdateImage(files, file);
  if (better === undefined) return facts;
  const next = `The update image is ${better}.`;
  return { ...facts, instead: better, problems: facts.problems.map((problem) => ({ ...problem, next })) };
}
