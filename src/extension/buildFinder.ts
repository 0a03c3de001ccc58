/** Finding builds, in the lazy half: reading and hashing images is only needed when a view or a push asks. */
import path from 'node:path';
import { BuildCache, findBuilds } from '../firmware/builds';
import { nodeFileReader } from '../storage/fileReader';
import { nodeHash } from '../transport/nodeHash';
import type { BuildFinder } from './builds';
import type { FoundBuild } from './model/buildRows';

/** Files that didn't change are not read again. */
const cache = new BuildCache();

/** The builds below each folder, with paths as a reader of the workspace folder `home` knows them. */
export const findWorkspaceBuilds: BuildFinder = async (folders, home) => {
  const found: FoundBuild[] = [];
  for (const folder of folders) {
    for (const { file, app, facts, modified, notForTheAir } of await findBuilds(
      nodeFileReader,
      folder,
      nodeHash,
      cache,
    )) {
      const inside = path.relative(home, file);
      found.push({
        file,
        name: notForTheAir === undefined ? app : path.basename(file),
        shownPath: inside.startsWith('..') ? file : inside,
        modified,
        size: facts.size,
        facts,
        ...(notForTheAir === undefined ? {} : { notForTheAir }),
      });
    }
  }
  return found;
};
