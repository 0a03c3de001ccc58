import type { KconfigRule } from '../../rule';
import { rule as appPskNotWritten } from './app-psk-not-written';
import { rule as bindingMismatch } from './binding-mismatch';
import { rule as customServerWithoutKey } from './custom-server-without-key';
import { rule as dependencyUnmet } from './dependency-unmet';
import { rule as genericWithoutServer } from './generic-without-server';
import { rule as operatorRequirements } from './operator-requirements';
import { rule as optionWithoutEffect } from './option-without-effect';
import { rule as plainBootstrapTag } from './plain-bootstrap-tag';
import { rule as serverOptionsIgnored } from './server-options-ignored';
import { rule as simUriWins } from './sim-uri-wins';
import { rule as takenForBootstrap } from './taken-for-bootstrap';
import { rule as twoClients } from './two-clients';

/** Rules of this group, in the order of the facts. */
export const rules: readonly KconfigRule[] = [
  serverOptionsIgnored,
  genericWithoutServer,
  takenForBootstrap,
  optionWithoutEffect,
  customServerWithoutKey,
  plainBootstrapTag,
  appPskNotWritten,
  simUriWins,
  bindingMismatch,
  operatorRequirements,
  dependencyUnmet,
  twoClients,
];
