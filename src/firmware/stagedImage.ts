import type { ByteSource } from '../base/files';
import type { ImageFacts } from './image/facts';

/**
 * A copy of an image made and hashed at the start of an update, so that a rebuild in the middle can't mix two images.
 * The copy is removed at the update's end.
 */
export interface StagedImage {
  /** The file the user named. */
  readonly file: string;
  /** The copy in the state folder. */
  readonly copy: string;
  readonly facts: ImageFacts;
  /** Opens the copy for reading in pieces. */
  open(): Promise<ByteSource>;
  /** Removes the copy; idempotent. */
  remove(): Promise<void>;
}

/** Makes copies, and finds them again after a restart. */
export interface ImageStaging {
  /** Throws `OperationError` `UNREADABLE` (no such file, no permission), `STATE_FOLDER` (no room). */
  stage(file: string): Promise<StagedImage>;
  /** The copy of an earlier run, where it is still whole. */
  reopen(copy: string, file: string): Promise<StagedImage | undefined>;
}
