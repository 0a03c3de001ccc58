import type { CaptureStart, CaptureView } from '../contract/workbench';

/** The captures that run. */
export interface Captures {
  /** See {@link Workbench.startCapture}. */
  start(start: CaptureStart): Promise<{ readonly capture: string }>;
  /** See {@link Workbench.stopCapture}. */
  stop(capture: string): Promise<CaptureView>;
}
