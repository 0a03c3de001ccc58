import type { ObjectRegistry } from '../../objects/registry';
import type { Fix, Problem, Profile, Severity } from '../problem';
import type { TextRange } from '../text';
import type { FileKind } from './object';
import type { XmlTree } from './tree';

/** A file of object XML that is checked. */
export interface XmlFile {
  readonly uri: string;
  /** The file's name without folders: `3303.xml`. */
  readonly name: string;
  readonly tree: XmlTree;
}

/** What a rule may know beside the file. */
export interface XmlContext {
  readonly profile: Profile;
  /** What OMA's registry has: objects in every version, reusable resources, units. */
  readonly registry: ObjectRegistry;
  /** Every file of the workspace, this one included; only itself where it is checked alone. */
  readonly workspace: readonly XmlFile[];
  /** Codes of units that count as known beside the registry's: a setting. */
  readonly extraUnits?: readonly string[];
}

/** A problem without what its rule says of it already. */
export interface Finding {
  readonly range: TextRange;
  readonly message: string;
  readonly severity?: Severity;
  readonly related?: Problem['related'];
  /** A function where they are dear to make: asked once somebody looks at them, not at every keystroke. */
  readonly fixes?: readonly Fix[] | (() => readonly Fix[]);
  readonly tag?: Problem['tag'];
}

/** One rule, a file each: what it wants, why, how a violation is found and mended. */
export interface XmlRule {
  /** `xml/…`, stable. */
  readonly code: string;
  /** Its number among the facts of `lwm2m.md` §1.4 that it was made from. */
  readonly number: number;
  readonly severity: Severity;
  /** Told in profile `registry` only; where another severity counts there, a finding says so. */
  readonly registryOnly?: boolean;
  /** What it is asked of; without it, files that define objects. */
  readonly kinds?: readonly FileKind[];
  /** What is asked and why, in a few sentences: shown with the problem and in the documentation. */
  readonly document: string;
  check(file: XmlFile, context: XmlContext): readonly Finding[];
}
