import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { NO_LOG } from '../../../src/base/log';
import type { RunRecord } from '../../../src/fota/run';
import { pastRuns } from '../../../src/extension/pastRuns';
import { runsOf } from '../../../src/extension/runs';
import { actionsFor } from '../../../src/extension/panel/panelActions';
import { runHistory } from '../../../src/host/history';
import { RecordFolder } from '../../../src/storage/recordFolder';
import { temporaryFolder } from '../../support/temporaryFolder';
import { run, scriptedWorkbench } from './support';

const record = (id: string, startedAt: number): RunRecord => ({ ...run(id, { startedAt }), events: [] });

describe('past updates while no server is used', () => {
  test('are read from the state folder, newest first, and nothing is made there', (t) => {
    const state = temporaryFolder(t);
    assert.deepEqual(pastRuns(state), []);
    assert.equal(existsSync(path.join(state, 'runs')), false);
    mkdirSync(path.join(state, 'runs'));
    const history = runHistory(new RecordFolder(path.join(state, 'runs'), 'a server', 500), NO_LOG);
    history.write(record('old', 1000));
    history.write(record('new', 2000));
    const files = readdirSync(path.join(state, 'runs'));
    assert.deepEqual(
      pastRuns(state).map(({ id }) => id),
      ['new', 'old'],
    );
    assert.deepEqual(readdirSync(path.join(state, 'runs')), files);
  });

  test('the server is asked where one is used, the folder where none is', async () => {
    const { workbench } = scriptedWorkbench({ history: [run('of the server')] });
    let used: typeof workbench | undefined = workbench;
    let looks = 0;
    const runs = runsOf(
      () => used,
      () => {
        looks++;
        return Promise.resolve([record('kept', 1)]);
      },
    );
    assert.equal((await runs.list())[0]?.id, 'of the server');
    assert.equal(looks, 0);
    used = undefined;
    assert.equal((await runs.list())[0]?.id, 'kept');
    assert.equal((await runs.run('kept'))?.id, 'kept');
    assert.equal(await runs.run('another'), undefined);
  });

  test('a run of another process can’t be cancelled from here: the server is to be joined first', () => {
    const { end: _end, ...running } = record('r', 1);
    assert.equal(actionsFor(running, true, undefined)[0], 'cancel');
    const offered = actionsFor(running, true, undefined, false);
    assert.equal(offered[0], 'startServer');
    assert.ok(!offered.includes('cancel'));
  });
});
