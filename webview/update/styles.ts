import { css } from 'lit';

/** The panel's look: the theme's variables only. */
export const styles = css`
  lwm2m-update {
    display: block;
    max-width: 920px;
    margin: 0 auto;
    padding: 20px 24px 32px;
    color: var(--vscode-foreground);
    font-family: var(--vscode-font-family);
    font-size: var(--vscode-font-size);
    line-height: 1.45;
    --quiet: var(--vscode-descriptionForeground);
    --line: var(--vscode-panel-border, var(--vscode-widget-border, var(--vscode-contrastBorder)));
    /* What is not there yet: fainter than any border, which high contrast draws as bright as what is. */
    --faint: color-mix(in srgb, var(--vscode-foreground) 22%, transparent);
    --good: var(--vscode-testing-iconPassed, var(--vscode-charts-green));
    --bad: var(--vscode-testing-iconFailed, var(--vscode-errorForeground));
    --warn: var(--vscode-editorWarning-foreground, var(--vscode-charts-yellow));
    --live: var(--vscode-charts-blue, var(--vscode-progressBar-background));
    --mono: var(--vscode-editor-font-family, monospace);
  }
  * {
    box-sizing: border-box;
  }
  h1,
  h2,
  p,
  ol,
  dl,
  dd {
    margin: 0;
    padding: 0;
  }
  button.link {
    border: 0;
    padding: 0;
    background: none;
    color: var(--vscode-textLink-foreground);
    font: inherit;
    text-align: start;
    cursor: pointer;
    overflow-wrap: anywhere;
  }
  button.link:hover {
    color: var(--vscode-textLink-activeForeground);
    text-decoration: underline;
  }
  :focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: 2px;
  }
  .quiet {
    color: var(--quiet);
  }
  .mono {
    font-family: var(--mono);
    font-size: 0.94em;
  }
  .number {
    font-variant-numeric: tabular-nums;
  }
  .hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  header {
    display: flex;
    gap: 8px 20px;
    flex-wrap: wrap;
    align-items: center;
  }
  h1 {
    font-size: 1.55em;
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  .versions {
    margin-inline-start: auto;
    font-size: 1.15em;
    font-family: var(--mono);
    overflow-wrap: anywhere;
  }
  .versions b {
    font-weight: 600;
  }

  .facts {
    display: grid;
    grid-template-columns: max-content 1fr;
    gap: 4px 16px;
    margin-top: 14px;
  }
  .facts dt {
    color: var(--quiet);
  }
  .facts dd {
    overflow-wrap: anywhere;
  }
  .sep {
    color: var(--quiet);
    margin: 0 0.5em;
  }

  .stations {
    display: flex;
    list-style: none;
    margin: 28px 0 8px;
  }
  .stations li {
    flex: 1 1 0;
    min-width: 0;
    position: relative;
    display: flex;
    flex-direction: column;
    align-items: center;
    gap: 8px;
    text-align: center;
    color: var(--quiet);
  }
  .stations li::before {
    content: '';
    position: absolute;
    top: 12px;
    right: calc(50% + 18px);
    width: calc(100% - 36px);
    border-top: 2px solid var(--faint);
  }
  .stations li:first-child::before {
    display: none;
  }
  .stations li.done,
  .stations li.current,
  .stations li.failed {
    color: var(--vscode-foreground);
  }
  .stations li.done::before,
  .stations li.current::before,
  .stations li.failed::before {
    border-top-color: var(--good);
  }
  .stations li.skipped::before {
    border-top-style: dotted;
  }
  .stations li.current .name,
  .stations li.failed .name {
    font-weight: 600;
  }
  .stations .name {
    overflow-wrap: anywhere;
    padding: 0 4px;
  }
  .stations svg {
    width: 26px;
    height: 26px;
    display: block;
  }
  .done svg {
    color: var(--good);
  }
  .failed svg {
    color: var(--bad);
  }
  .current svg {
    color: var(--live);
  }
  .spin {
    transform-origin: 13px 13px;
    animation: turn 1.1s linear infinite;
  }
  @keyframes turn {
    to {
      transform: rotate(360deg);
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .spin {
      animation: none;
    }
  }

  .card {
    margin-top: 18px;
    padding: 16px 18px;
    border: 1px solid var(--line);
    border-radius: 6px;
    background: var(--vscode-editorWidget-background);
  }
  .progress {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: 2px 22px;
  }
  .progress .percent {
    font-size: 1.9em;
    font-weight: 600;
    line-height: 1.2;
    min-width: 3em;
  }
  .bar {
    display: block;
    width: 100%;
    height: 6px;
    margin: 10px 0 0;
    border-radius: 3px;
    overflow: hidden;
  }
  .bar .whole {
    fill: var(--faint);
  }
  .bar .part {
    fill: var(--live);
  }
  .ended .bar .part {
    fill: var(--quiet);
  }
  .spark {
    display: block;
    width: 100%;
    height: 44px;
    margin-top: 14px;
  }
  .spark rect {
    fill: var(--live);
  }
  .spark rect.nothing {
    fill: var(--warn);
  }
  .ended .spark rect {
    fill: var(--quiet);
  }
  .caption {
    display: flex;
    justify-content: space-between;
    gap: 16px;
    margin-top: 4px;
    color: var(--quiet);
    font-size: 0.92em;
  }
  .stalled {
    color: var(--warn);
  }

  .outcome {
    border-inline-start-width: 4px;
  }
  .outcome.succeeded {
    border-inline-start-color: var(--good);
  }
  .outcome.failed {
    border-inline-start-color: var(--bad);
  }
  .outcome.other {
    border-inline-start-color: var(--warn);
  }
  .outcome h2 {
    display: flex;
    align-items: center;
    gap: 10px;
    font-size: 1.2em;
    font-weight: 600;
  }
  .outcome h2 svg {
    flex: none;
    width: 22px;
    height: 22px;
  }
  .outcome.succeeded h2 svg {
    color: var(--good);
  }
  .outcome.failed h2 svg {
    color: var(--bad);
  }
  .outcome.other h2 svg {
    color: var(--warn);
  }
  .said {
    margin-top: 8px;
    overflow-wrap: anywhere;
  }
  .answers {
    display: grid;
    grid-template-columns: max-content 1fr;
    gap: 8px 18px;
    margin-top: 12px;
  }
  .answers dt {
    color: var(--quiet);
  }
  .answers dd {
    overflow-wrap: anywhere;
  }
  .buttons {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    margin-top: 16px;
  }

  .timeline {
    margin-top: 26px;
  }
  .timeline h2 {
    font-size: 1em;
    font-weight: 600;
    margin-bottom: 6px;
  }
  .timeline ol {
    list-style: none;
  }
  .timeline li {
    display: grid;
    grid-template-columns: max-content 1fr max-content;
    gap: 0 18px;
    padding: 3px 0;
    border-bottom: 1px solid color-mix(in srgb, var(--line) 45%, transparent);
  }
  .timeline time {
    color: var(--quiet);
    font-family: var(--mono);
    font-variant-numeric: tabular-nums;
    font-size: 0.94em;
  }
  .timeline .text {
    overflow-wrap: anywhere;
  }
  .timeline .state .text {
    font-weight: 600;
  }
  .timeline .illegal .text {
    color: var(--warn);
  }
  .timeline .answer {
    font-family: var(--mono);
    font-size: 0.94em;
    color: var(--quiet);
  }
  .timeline .answer.refusal {
    color: var(--bad);
    font-weight: 600;
  }
  footer {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    margin-top: 20px;
  }
  @media (max-width: 560px) {
    lwm2m-update {
      padding: 14px;
    }
    .stations {
      flex-direction: column;
      gap: 14px;
      margin: 20px 0 8px;
    }
    .stations li {
      flex-direction: row;
      gap: 12px;
      text-align: start;
    }
    .stations li::before {
      top: -16px;
      right: auto;
      left: 12px;
      width: 0;
      height: 18px;
      border-top: 0;
      border-inline-start: 2px solid var(--faint);
    }
    .stations li.done::before,
    .stations li.current::before,
    .stations li.failed::before {
      border-inline-start-color: var(--good);
    }
    .stations li.skipped::before {
      border-inline-start-style: dotted;
    }
    .facts,
    .answers {
      grid-template-columns: 1fr;
      gap: 0;
    }
    .facts dd,
    .answers dd {
      margin-bottom: 6px;
    }
  }
`;
