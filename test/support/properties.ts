import fc from 'fast-check';
import { seed } from './seed';

fc.configureGlobal({ seed });

/** fast-check, with the tests' seed. */
export { fc };
