/** Finding builds, kept out of activation: reading and hashing images is only needed when a view or a push asks. */
import path from 'node:path';
import { findBuilds } from '../firmware/builds';
import { nodeFileReader } from '../storage/fileReader';
import { nodeHash } from '../transport/nodeHash';
import type { BuildFinder } from './builds';
import { buildName, type FoundBuild } from './model/buildRows';

/** The builds below each folder, with paths as a reader of the workspace folder `home` knows them. */
export const findWorkspaceBuilds: BuildFinder = async (folders, home) => {
  const found: FoundBuild[] = [];
  for (const folder of folders) {
    for (const { file, facts, modified } of await findBuilds(nodeFileReader, folder, nodeHash)) {
      const inside = path.relative(home, file);
      const shownPath = inside.startsWith('..') ? file : inside;
      const [problem] = facts.problems;
      found.push({
        file,
        name: buildName(shownPath, path.basename(home), facts.sendable),
        shownPath,
        modified,
        size: facts.size,
        facts,
        ...(facts.sendable ? {} : { notForTheAir: problem?.message ?? 'no device can take it' }),
      });
    }
  }
  return found;
};
