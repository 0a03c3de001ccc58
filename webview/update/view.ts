import { html, nothing, svg, type TemplateResult } from 'lit';
import { usualCause } from '../../src/contract/failureWords';
import { planWords } from '../../src/contract/planWords';
import { rateText, sizeText, spanText } from '../../src/contract/quantities';
import { stationsOf, type StationStanding } from '../../src/contract/stations';
import { paceOf, throughputBars } from '../../src/contract/throughput';
import type { RunFacts, UpdatePanelAction, UpdatePanelSnapshot } from '../../src/contract/updatePanel';
import { outcomeIcons, stationIcons } from './icons';
import { actionLabels, headline, leftText, plain, timelineLine, timeText } from './words';

/** Does what a button says. */
export type Act = (action: UpdatePanelAction) => void;

const BARS = 90;
/** Slices of a quick transfer are no shorter than this: less shows when news came, not how fast it went. */
const SHORTEST_SLICE_MS = 50;
/** Silence after which the panel says so, in milliseconds. */
const STALL_AFTER_MS = 3000;

/** News comes in steps: only what is silent for longer than this is drawn as silence. */
const QUIET_MS = 1000;

/** A slice of time is a stall where it moved less than this part of the best one. */
const STALL_PART = 0.02;

const standingWords: Readonly<Record<StationStanding, string>> = {
  ahead: 'not reached yet',
  current: 'is there now',
  done: 'passed',
  skipped: 'passed unseen',
  failed: 'ended here',
};

const kindWords: Readonly<Record<UpdatePanelSnapshot['record']['image']['kind'], string>> = {
  mcuboot: 'MCUboot',
  'modem-delta': 'modem delta',
  'modem-full': 'full modem image',
  esp: 'ESP-IDF',
  zip: 'zip package',
  hex: 'Intel HEX',
  elf: 'ELF',
  unknown: 'unknown kind',
};

const button = (action: UpdatePanelAction, act: Act, secondary = true): TemplateResult =>
  html`<vscode-button ?secondary=${secondary} @click=${() => act(action)}
    >${actionLabels[action]}</vscode-button
  >`;

/** Who is updated, from what to what, and the way out. */
export function header({ record, actions, running }: UpdatePanelSnapshot, act: Act): TemplateResult {
  const before = record.plan?.versionBefore;
  // What was wanted, until another version is known to run: a failure leaves the old one, and that is not the aim.
  const succeeded = record.end?.outcome === 'succeeded';
  const after = (succeeded ? record.end?.versionAfter : undefined) ?? record.image.version;
  return html`<header>
    <h1>${plain(record.endpointName)}</h1>
    <span class="versions">
      ${before === undefined ? nothing : html`<span class="quiet">${plain(before)}</span>`}
      ${after === undefined ? nothing : html`<span class="quiet" aria-label="to">→</span> <b>${plain(after)}</b>`}
    </span>
    ${actions.includes('cancel') ? button('cancel', act) : nothing}
    ${running && actions.includes('startServer') ? button('startServer', act) : nothing}
  </header>`;
}

const sep = html`<span class="sep" aria-hidden="true">·</span>`;

/** The image, and how it gets there and why. */
export function facts({ record, running }: UpdatePanelSnapshot, act: Act): TemplateResult {
  const { image, plan } = record;
  const hashRight = !image.problems.some(({ code }) => /HASH/.test(code));
  const words = plan && planWords(plan);
  return html`<dl class="facts">
    <dt>Image</dt>
    <dd>
      <button class="link" title=${plain(record.file)} @click=${() => act('openFile')}>
        ${shortPath(record.file)}</button
      >${sep}<span title="${image.size} bytes">${sizeText(image.size)}</span>${sep}${kindWords[image.kind]}${
        image.kind === 'mcuboot' && hashRight ? ', hash right' : ''
      }${sep}<span class="mono" title="SHA-256 ${image.sha256}">sha256 ${image.sha256.slice(0, 12)}…</span>
      ${image.problems.map(({ message }) => html`<div class="stalled">⚠ ${plain(message)}</div>`)}
    </dd>
    <dt>Method</dt>
    <dd>
      ${
        words
          ? html`${words.method}<span class="quiet">${plain(words.why)}</span>`
          : html`<span class="quiet"
              >${running ? 'asking the device what it can do…' : 'was not decided'}</span
            >`
      }
      <button class="link" @click=${() => act('changeMethod')}>change</button>
    </dd>
    ${
      plan?.packageUri === undefined
        ? nothing
        : html`<dt>Package URI</dt>
            <dd class="mono">${plain(plan.packageUri)}</dd>`
    }
  </dl>`;
}

/** The last parts of a path: enough to know the build by. */
const shortPath = (file: string): string => {
  const parts = plain(file).split(/[/\\]/);
  return parts.length > 4 ? `…/${parts.slice(-4).join('/')}` : parts.join('/');
};

/** The stops on the way. */
export function stations({ record }: UpdatePanelSnapshot): TemplateResult {
  return html`<ol class="stations" aria-label="Stations of the update">
    ${stationsOf(record).map(
      ({ label, standing }) =>
        html`<li class=${standing} aria-current=${standing === 'current' ? 'step' : 'false'}>
          <svg viewBox="0 0 26 26" aria-hidden="true">${stationIcons[standing]}</svg>
          <span class="name">${plain(label)}<span class="hidden">, ${standingWords[standing]}</span></span>
        </li>`,
    )}
  </ol>`;
}

/** How far the transfer is, how fast, and whether it stands still. `now` is the host's clock as well as is known. */
export function progress(snapshot: UpdatePanelSnapshot, now: number): TemplateResult | typeof nothing {
  const { record, samples, running } = snapshot;
  const { bytes, image } = record;
  if (bytes === 0 && samples.length === 0) return nothing;
  const total = Math.max(1, image.size);
  const percent = Math.min(100, Math.floor((100 * bytes) / total));
  const underWay = running && bytes < image.size;
  const last = samples.at(-1);
  const silence = underWay && last ? now - last.at : 0;
  const pace = paceOf(samples, image.size);
  const newest = [...record.events].reverse().find((event) => event.kind === 'progress');
  const resent = newest?.kind === 'progress' ? newest.retransmissions : 0;
  const rate = underWay ? pace?.rate : (record.throughput ?? pace?.rate);
  const stalled = silence > STALL_AFTER_MS;
  return html`<section class="card ${underWay ? '' : 'ended'}" aria-label="Transfer">
    <div class="progress number">
      <span class="percent">${percent} %</span>
      <span>${sizeText(bytes)} of ${sizeText(image.size)}</span>
      ${rate === undefined ? nothing : html`<span>${rateText(rate)}</span>`}
      ${underWay && !stalled && pace?.left !== undefined ? html`<span>${leftText(pace.left)}</span>` : nothing}
      ${stalled ? html`<span class="stalled">⚠ nothing for ${spanText(silence)}</span>` : nothing}
      ${resent > 0 ? html`<span class="quiet">${resent} ${resent === 1 ? 'block' : 'blocks'} resent</span>` : nothing}
    </div>
    <svg
      class="bar"
      role="progressbar"
      aria-label="Transferred"
      aria-valuemin="0"
      aria-valuemax="100"
      aria-valuenow=${percent}
      preserveAspectRatio="none"
      viewBox="0 0 100 1"
    >
      <rect class="whole" width="100" height="1" />
      <rect class="part" width=${(100 * bytes) / total} height="1" />
    </svg>
    ${spark(snapshot, silence > QUIET_MS ? now : 0)}
  </section>`;
}

function spark({ samples }: UpdatePanelSnapshot, until: number): TemplateResult | typeof nothing {
  const [first] = samples;
  if (!first) return nothing;
  const end = Math.max(until, samples.at(-1)?.at ?? 0);
  const count = Math.min(BARS, Math.max(1, Math.floor((end - first.at) / SHORTEST_SLICE_MS)));
  const bars = throughputBars(samples, count, until);
  const most = Math.max(...bars);
  if (bars.length === 0 || most <= 0) return nothing;
  return html`<svg
      class="spark"
      viewBox="0 0 ${count * 4} 44"
      preserveAspectRatio="none"
      role="img"
      aria-label="Throughput over time, at most ${rateText(most)}"
    >
      ${bars.map((bar, index) => {
        const height = bar <= 0 ? 1.5 : Math.max(2, (42 * bar) / most);
        return svg`<rect class=${bar < STALL_PART * most ? 'nothing' : 'some'} x=${index * 4} y=${44 - height} width=${4 - count / BARS} height=${height} />`;
      })}
    </svg>
    <div class="caption number">
      <span>throughput, at most ${rateText(most)}</span><span>${secondsText(end - first.at)}</span>
    </div>`;
}

/** What the run waits for, where the last thing that happened is a wait: a sleeping device, a device that defers. */
export function waiting({ record, running }: UpdatePanelSnapshot): TemplateResult | typeof nothing {
  const last = record.events.at(-1);
  if (!running || last?.kind !== 'waiting') return nothing;
  return html`<section class="card outcome other" aria-label="Waiting">
    <h2><svg viewBox="0 0 26 26" aria-hidden="true">${outcomeIcons.other}</svg>Waiting</h2>
    <p class="said">${plain(last.note)}</p>
  </section>`;
}

/** How it ended: what happened, what it usually is, what to do next. Nothing while it goes on. */
export function outcome(snapshot: UpdatePanelSnapshot, act: Act): TemplateResult | typeof nothing {
  const head = headline(snapshot);
  if (!head) return nothing;
  const { record, lastGood, actions } = snapshot;
  const { end } = record;
  const usual = end && usualCause(end);
  const shown = actions.filter(
    (action) => !['cancel', 'copyMarkdown', 'changeMethod', 'openFile', 'showLog'].includes(action),
  );
  const primary = head.kind === 'succeeded' ? undefined : shown[0];
  return html`<section class="card outcome ${head.kind}" aria-label="Outcome">
    <h2><svg viewBox="0 0 26 26" aria-hidden="true">${outcomeIcons[head.kind]}</svg>${head.text}</h2>
    <dl class="answers">
      ${answer('What happened', end?.cause)} ${deviceWords(record)} ${answer('Runs now', stillRuns(record))}
      ${answer('What it usually is', usual)} ${answer('What to do', end?.next ?? interruptedNext(record))}
      ${ending(record)}
      ${
        lastGood === undefined || head.kind === 'succeeded'
          ? nothing
          : answer('Last good update', lastGoodText(lastGood))
      }
    </dl>
    ${
      shown.length === 0
        ? nothing
        : html`<div class="buttons">${shown.map((action) => button(action, act, action !== primary))}</div>`
    }
  </section>`;
}

const answer = (name: string, text: string | undefined): TemplateResult | typeof nothing =>
  text === undefined
    ? nothing
    : html`<dt>${name}</dt>
        <dd>${plain(text)}</dd>`;

function deviceWords({ end }: RunFacts): TemplateResult | typeof nothing {
  if (!end || end.outcome === 'succeeded' || end.updateResult === undefined) return nothing;
  const state = end.stateAfter === undefined ? '' : `, left in state ${end.stateAfter}`;
  return answer(
    'The device says',
    `Update Result ${end.updateResult}${end.resultName === undefined ? '' : `, ${end.resultName}`}${state}`,
  );
}

/** What becomes of a run whose server ended: a pull is the device's own, a push that was cut can't be gone on with. */
const interruptedNext = ({ end, interrupted, plan }: RunFacts): string | undefined =>
  end !== undefined || interrupted !== true
    ? undefined
    : plan?.method === 'pull'
      ? 'Start the server: the device goes on under the same URI, and the run is taken up.'
      : 'Push it again: a push that was cut begins anew.';

/** The version a device says it runs after an update that did not bring its own. */
const stillRuns = ({ end, image }: RunFacts): string | undefined =>
  end === undefined || end.outcome === 'succeeded' || end.versionAfter === undefined
    ? undefined
    : `${end.versionAfter}${image.version === undefined ? '' : `, and not ${image.version}`}`;

function ending({ end, throughput }: RunFacts): TemplateResult | typeof nothing {
  if (!end) return nothing;
  const pace = throughput === undefined ? '' : `, transferred at ${rateText(throughput)}`;
  const verified = end.outcome === 'succeeded' ? verifiedBy(end) : '';
  return answer('Took', `${secondsText(end.durationMs)}${pace}${verified}`);
}

/** A short span with a tenth of a second. */
const secondsText = (milliseconds: number): string =>
  milliseconds < 10_000 ? `${(milliseconds / 1000).toFixed(1)} s` : spanText(milliseconds);

const verifiedBy = (end: NonNullable<RunFacts['end']>): string =>
  end.versionAfter === undefined
    ? '. The device told result 1, updated successfully.'
    : `. Verified: it registered again and tells ${end.versionAfter}.`;

function lastGoodText(run: RunFacts): string {
  const versions = [run.plan?.versionBefore, run.end?.versionAfter ?? run.image.version]
    .filter(Boolean)
    .join(' → ');
  const method = run.plan ? `${run.plan.method} over ${run.plan.protocol}` : '';
  const took = run.end ? spanText(run.end.durationMs) : '';
  return [versions, method, sizeText(run.image.size), took, new Date(run.startedAt).toLocaleString()]
    .filter((part) => part !== '')
    .join(' · ');
}

/** What was sent and seen, with times. */
export function timeline({ record }: UpdatePanelSnapshot): TemplateResult {
  return html`<section class="timeline" aria-label="Timeline">
    <h2>Timeline</h2>
    <ol>
      ${record.events.map((event) => {
        const line = timelineLine(event);
        if (!line) return nothing;
        const refusal = /^[45]\./.test(line.answer ?? '');
        return html`<li class=${line.kind}>
          <time>${timeText(line.at)}</time>
          <span class="text">${line.kind === 'illegal' ? '⚠ ' : ''}${line.text}</span>
          ${
            line.answer === undefined
              ? nothing
              : html`<span class="answer ${refusal ? 'refusal' : ''}">${line.answer}</span>`
          }
        </li>`;
      })}
    </ol>
  </section>`;
}

/** For a bug report. */
export const footer = (act: Act): TemplateResult =>
  html`<footer>${button('copyMarkdown', act)} ${button('showLog', act)}</footer>`;

/** In place of a run that can't be shown. */
export const unavailable = (
  reason: string,
  actions: readonly UpdatePanelAction[],
  act: Act,
): TemplateResult =>
  html`<section class="card outcome other" role="status">
    <h2><svg viewBox="0 0 26 26" aria-hidden="true">${outcomeIcons.other}</svg>${plain(reason)}</h2>
    <div class="buttons">${actions.map((action, index) => button(action, act, index > 0))}</div>
  </section>`;
