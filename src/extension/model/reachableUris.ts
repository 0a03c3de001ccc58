const isLoopback = (uri: string): boolean => /:\/\/(127\.|localhost[:/]|\[::1\])/.test(uri);

/** URIs with those first that a board reaches: one on loopback is for programs of this machine. */
export const boardsFirst = (uris: readonly string[]): readonly string[] => [
  ...uris.filter((uri) => !isLoopback(uri)),
  ...uris.filter(isLoopback),
];
