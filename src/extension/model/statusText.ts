import type { StatusView } from '../../contract/workbench';
import type { ConnectionState } from '../connection';
import type { DeviceModel } from './deviceModel';
import { updateWords } from './deviceRows';
import { addressLines } from './serverRow';
import { countText, safeName } from './words';

/** What the status bar's one item says. */
export interface StatusText {
  readonly text: string;
  readonly tooltip: string;
  readonly spoken: string;
}

/** The item: nothing of a server that isn't there, the devices, or the update's progress. */
export function statusText(
  state: ConnectionState['kind'],
  model: DeviceModel,
  status?: StatusView,
): StatusText {
  if (state !== 'running') {
    const starting = state === 'starting';
    return {
      text: starting ? '$(loading~spin) LwM2M' : '$(circle-slash) LwM2M',
      tooltip: starting ? 'The LwM2M server starts' : 'No LwM2M server runs. Click for what can be done.',
      spoken: starting ? 'LwM2M server starts' : 'LwM2M server stopped',
    };
  }
  const [update, ...others] = model.updates();
  const devices = countText(model.devices().length, 'device');
  if (update) {
    const words = updateWords(model, update.endpoint) ?? 'Updating';
    const more = others.length > 0 ? ` +${others.length}` : '';
    return {
      text: `$(sync~spin) ${safeName(update.endpoint)}: ${words}${more}`,
      tooltip: `Update of ${safeName(update.endpoint)}: ${words}\n${devices}\nClick for what can be done now.`,
      spoken: `LwM2M update of ${safeName(update.endpoint)}: ${words}`,
    };
  }
  const asleep = model.devices().filter(({ view }) => view.queueMode && !view.awake).length;
  return {
    text: `$(radio-tower) LwM2M: ${model.devices().length}`,
    tooltip: [
      `${devices} registered${asleep > 0 ? `, ${asleep} asleep` : ''}`,
      ...(status ? addressLines(status) : []),
      'Click for what can be done now.',
    ].join('\n'),
    spoken: `LwM2M: ${devices}`,
  };
}
