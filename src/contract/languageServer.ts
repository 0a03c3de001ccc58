/**
 * What editor and language server say to each other beyond LSP: the server has no files and no network of its own, so it
 * asks its client for both names and texts, and is told what runs. JSON throughout.
 */

/** Requests and notifications beyond LSP, by their method. */
export const LanguageMethods = {
  /** Server → client: {@link FilesFound}, the files of the workspace that may concern it. */
  FIND_FILES: 'lwm2m/findFiles',
  /** Server → client: {@link FilesWanted} → {@link FilesRead}. */
  READ_FILES: 'lwm2m/readFiles',
  /** Client → server, a notification: {@link RunningServer}. */
  RUNNING_SERVER: 'lwm2m/runningServer',
  /** Client → server: {@link RuleWanted} → {@link RuleText} or null. */
  RULE: 'lwm2m/rule',
  /** Client → server: {@link ComparisonWanted} → {@link Comparison} or null where it is no object XML. */
  COMPARE: 'lwm2m/compare',
  /** Client → server: {@link IdWanted} → {@link IdFound}. */
  NEXT_OBJECT_ID: 'lwm2m/nextObjectId',
  /** Client → server: every {@link ReusableResource}, ascending. */
  REUSABLE: 'lwm2m/reusable',
  /** Client → server: {@link ObjectWanted} → {@link ObjectMade}. */
  NEW_OBJECT: 'lwm2m/newObject',
} as const;

/**
 * What the server's process is started with: room for the garbage of a keystroke or two (4 MiB each), so that it is
 * not collected while somebody waits for the answer, and not more, as V8 would take by itself.
 */
export const SERVER_NODE_ARGUMENTS: readonly string[] = [
  '--min-semi-space-size=8',
  '--max-semi-space-size=8',
];

/** What the server is told with `initialize` (`initializationOptions`). */
export interface LanguageOptions {
  /** The text of `media/registry/objects.json`. */
  readonly registry: string;
  /** The text of `media/kconfig/symbols.json`. */
  readonly symbols: string;
  /** The client answers `FIND_FILES` and `READ_FILES`. */
  readonly readsFiles?: boolean;
  /** Another extension checks Kconfig types and completes symbols: ours come after its own. */
  readonly otherKconfig?: boolean;
}

/** Section `lwm2m.language` of the settings. */
export interface LanguageSettings {
  readonly profile?: 'editing' | 'registry';
  /** `ncs-3.1.0`, `zephyr-4.1.0`; empty: found out from the workspace. */
  readonly platformVersion?: string;
  /** Codes of units that count as known. */
  readonly units?: readonly string[];
}

/** The section of the settings that the server asks for. */
export const LANGUAGE_SECTION = 'lwm2m.language';

/** URIs of files that may concern the server; bounded by the client. */
export interface FilesFound {
  readonly uris: readonly string[];
}

/** URIs that the client named before. */
export interface FilesWanted {
  readonly uris: readonly string[];
}

/** A text for each URI asked for, in order; `null`: it can't be read, or is too long. */
export interface FilesRead {
  readonly texts: readonly (string | null)[];
  /** When each was last written, in milliseconds since 1970, where that is known. */
  readonly modified: readonly (number | null)[];
}

/** The LwM2M server that this window uses; none: no URIs. */
export interface RunningServer {
  /** `coap://192.168.1.20:5683`, `coaps://…`. */
  readonly uris: readonly string[];
}

/** A rule by its code. */
export interface RuleWanted {
  readonly code: string;
}

/** A rule's document, as Markdown. */
export interface RuleText {
  readonly markdown: string;
}

/** The object XML to be compared with what OMA's registry has of the same object. */
export interface ComparisonWanted {
  readonly uri: string;
}

/** A place in a text as LSP has it: lines and columns from 0, columns in UTF-16 units. */
export interface TextPosition {
  readonly line: number;
  readonly character: number;
}

/** Replaces a stretch of a text. */
export interface TextReplacement {
  readonly range: { readonly start: TextPosition; readonly end: TextPosition };
  readonly newText: string;
}

/** A semantic comparison as Markdown, and how to raise the version where the changes ask for that. */
export interface Comparison {
  /** What it comes to, in a sentence. */
  readonly title: string;
  readonly markdown: string;
  readonly raise?: { readonly title: string; readonly edits: readonly TextReplacement[] };
}

/** The class of object IDs that a free one is sought in. */
export interface IdWanted {
  readonly from: number;
  readonly to: number;
}

/** The least ID that neither workspace nor registry has; absent where all are taken. */
export interface IdFound {
  readonly id?: number;
}

/** A resource that any object may have (IDs 2048–26240). */
export interface ReusableResource {
  readonly id: number;
  readonly name: string;
  readonly operations: string;
  readonly type: string;
}

/** An object to be written anew. */
export interface ObjectWanted {
  readonly name: string;
  readonly id: number;
  /** Reusable resources to begin with. */
  readonly resources: readonly number[];
}

/** Its XML, and the name of its file. */
export interface ObjectMade {
  readonly text: string;
  readonly fileName: string;
}

/** The longest file that is looked at, in UTF-16 units. */
export const LONGEST_LANGUAGE_FILE = 2 * 1024 * 1024;

/** The most files that a workspace scan takes. */
export const MOST_LANGUAGE_FILES = 5000;
