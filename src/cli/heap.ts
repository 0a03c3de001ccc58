import { setFlagsFromString } from 'node:v8';

/*
 * A transfer makes a little short-lived garbage for each block, and V8 would answer with 32 MiB of room for it: the young
 * generation stays at its first size. Evaluated before anything else allocates.
 */
setFlagsFromString('--semi-space-growth-factor=1');

/**
 * Makes V8 collect after the heap grew by a seventh, where it would wait for it to double: for a process that has little to
 * keep and much passing through, as a simulated device that receives an image. More devices would pay with their speed.
 */
export const collectEarly = (): void => setFlagsFromString('--heap-growing-percent=15');
