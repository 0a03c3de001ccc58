import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A folder that goes with the test. */
export function temporaryFolder(t: { after(fn: () => void): void }): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'lwm2m-workbench-test-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
