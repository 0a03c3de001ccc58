import { svg, type SVGTemplateResult } from 'lit';
import type { StationStanding } from '../../src/contract/stations';

const ring = svg`<circle cx="13" cy="13" r="10.5" fill="none" stroke="currentColor" stroke-width="2" />`;
const cross = svg`<path d="m9 9 8 8m0-8-8 8" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round" />`;
const check = svg`<path d="m8 13.4 3.4 3.4 6.8-7.2" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round" />`;

/** A station's sign: its form says how it stands, its colour only repeats it. */
export const stationIcons: Readonly<Record<StationStanding, SVGTemplateResult>> = {
  done: svg`${ring}${check}`,
  failed: svg`${ring}${cross}`,
  ahead: ring,
  skipped: svg`<circle cx="13" cy="13" r="10.5" fill="none" stroke="currentColor" stroke-width="2" stroke-dasharray="3 3.6" />`,
  current: svg`<circle cx="13" cy="13" r="10.5" fill="none" stroke="currentColor" stroke-width="2" opacity=".25" />
    <path class="spin" d="M13 2.5a10.5 10.5 0 0 1 10.5 10.5" fill="none" stroke="currentColor" stroke-width="2.4" stroke-linecap="round" />
    <circle cx="13" cy="13" r="4.5" fill="currentColor" />`,
};

/** Signs of how a run ended. */
export const outcomeIcons = {
  succeeded: stationIcons.done,
  failed: stationIcons.failed,
  other: svg`${ring}<path d="M13 7.5v7" stroke="currentColor" stroke-width="2.2" stroke-linecap="round" /><circle cx="13" cy="18" r="1.4" fill="currentColor" />`,
} as const;
