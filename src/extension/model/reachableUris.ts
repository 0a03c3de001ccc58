/** Whether only programs on this machine reach a URI (RFC 1122 §3.2.1.3, RFC 4291 §2.5.3). */
export const isOnLoopback = (uri: string): boolean => /\/\/(127\.|\[::1\])/.test(uri);

/** URIs with those first that a board reaches. */
export const boardsFirst = (uris: readonly string[]): readonly string[] => [
  ...uris.filter((uri) => !isOnLoopback(uri)),
  ...uris.filter(isOnLoopback),
];

/** The URIs that a board reaches; where there is none, those that programs on this machine do: a board may be simulated. */
export const forBoards = (uris: readonly string[]): readonly string[] => {
  const reached = uris.filter((uri) => !isOnLoopback(uri));
  return reached.length > 0 ? reached : uris;
};
