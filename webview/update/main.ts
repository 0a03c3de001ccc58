/** The update panel: draws what the host sends, asks for a snapshot where it missed something, and keeps no truth itself. */
import '@vscode-elements/elements/dist/vscode-button/index.js';
import { html, LitElement, nothing } from 'lit';
import { applyToPanel } from '../../src/contract/panelState';
import type { ToUpdatePanel, UpdatePanelAction, UpdatePanelSnapshot } from '../../src/contract/updatePanel';
import { Announcer } from './announcer';
import { panelHost } from './host';
import { styles } from './styles';
import { facts, footer, header, outcome, progress, stations, timeline, unavailable, waiting } from './view';

type Unavailable = Extract<ToUpdatePanel, { kind: 'unavailable' }>;

/** The whole panel. */
class UpdatePanel extends LitElement {
  private readonly host = panelHost();
  private readonly announcer = new Announcer();
  private shown: UpdatePanelSnapshot | undefined;
  private missing: Unavailable | undefined;
  /** The host's clock minus this window's, as the newest message had it. */
  private clockAhead = 0;
  private ticking: number | undefined;

  /** In the page itself: a panel is the only thing on it, and what it says can be selected and searched. */
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.host.onMessage((message) => this.take(message));
    this.ticking = window.setInterval(() => {
      if (this.shown?.running) this.requestUpdate();
    }, 1000);
    this.host.send({ kind: 'ready' });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.clearInterval(this.ticking);
  }

  private take(message: ToUpdatePanel): void {
    switch (message.kind) {
      case 'snapshot':
        this.missing = undefined;
        this.shown = message.snapshot;
        this.host.keep(message.snapshot.record.id, message.snapshot.record.endpointName);
        this.followClock(message.snapshot.samples.at(-1)?.at);
        break;
      case 'unavailable':
        this.missing = message;
        this.shown = undefined;
        break;
      case 'event':
      case 'facts': {
        const next = applyToPanel(this.shown, message);
        if (next === 'gap') return this.host.send({ kind: 'ready' });
        this.shown = next;
        if (message.kind === 'event') this.followClock(message.event.at);
      }
    }
    if (this.shown) this.announcer.follow(this.shown);
    this.requestUpdate();
  }

  /** A remote host's clock may differ: silence is counted on its own. Only a sign that is newer moves it on. */
  private followClock(at: number | undefined): void {
    if (at === undefined) return;
    const ahead = at - Date.now();
    if (Math.abs(ahead) > 60_000 || ahead > this.clockAhead) this.clockAhead = ahead;
  }

  protected override render(): unknown {
    const act = (action: UpdatePanelAction) => this.host.send({ kind: 'act', action });
    if (this.missing) return unavailable(this.missing.reason, this.missing.actions, act);
    const { shown } = this;
    if (!shown) return nothing;
    return html`${header(shown, act)} ${facts(shown, act)} ${stations(shown)} ${waiting(shown)}
      ${outcome(shown, act)} ${progress(shown, Date.now() + this.clockAhead)} ${timeline(shown)}
      ${footer(act)}
      <div class="hidden" aria-live="polite">${this.announcer.text}</div>`;
  }
}

if (styles.styleSheet) document.adoptedStyleSheets = [styles.styleSheet];
customElements.define('lwm2m-update', UpdatePanel);
