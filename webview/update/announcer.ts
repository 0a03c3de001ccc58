import { stationsOf } from '../../src/contract/stations';
import type { UpdatePanelSnapshot } from '../../src/contract/updatePanel';
import { headline } from './words';

/** Percent of a transfer after which a screen reader is told again. */
const EVERY_PERCENT = 20;

/** What a screen reader is told politely: each station, every fifth of a transfer, and the end; nothing twice. */
export class Announcer {
  text = '';
  private last = '';

  /** Notes what is shown now; `text` changes only where there is something new to tell. */
  follow(snapshot: UpdatePanelSnapshot): void {
    const { record } = snapshot;
    const end = headline(snapshot);
    const station = stationsOf(record).find(({ standing }) => standing === 'current');
    const percent =
      Math.floor((100 * record.bytes) / Math.max(1, record.image.size) / EVERY_PERCENT) * EVERY_PERCENT;
    const now =
      end?.text ??
      (station?.name === 'downloading' ? `Downloading, ${percent} percent` : (station?.label ?? ''));
    if (now === this.last) return;
    this.last = now;
    this.text = now;
  }
}
