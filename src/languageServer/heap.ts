import { setFlagsFromString } from 'node:v8';

/*
 * A check makes much short-lived garbage, and V8 would answer with 32 MiB of room for it: the young generation stays at
 * its first size. What is kept is small beside that. Evaluated before anything else allocates.
 */
setFlagsFromString('--semi-space-growth-factor=1');
