/**
 * What all chance in the tests starts from: the same in every run, so that a failure is the change's own and comes back;
 * `SEED=N` takes another, `npm run fuzz` a new one for each of many runs.
 */
export const seed = Number(process.env['SEED'] ?? 20_261_128);
