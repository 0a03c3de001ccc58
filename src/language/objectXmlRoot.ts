/** How far into a file its outermost element is looked for, in UTF-16 units: the registry's licences before it have 11,000. */
const HEAD = 64 * 1024;
/** An object's definition or the registry's index of them; also where that is nearly right, so that it is told so. */
const ROOT = /^<(?:[\w.-]+:)?(?:LWM2M|DDFList)(?=[\s>/]|$)/i;
/** What may stand before it: blanks, declaration and instructions, comments, the document type. */
const PROLOG = /\s+|<\?[^]*?\?>|<!--[^]*?-->|<!DOCTYPE[^[>]*(?:\[[^\]]*\])?[^>]*>/iy;

/** Whether a text is object XML by its outermost element; whatever else is in the file is not looked at. */
export function isObjectXml(text: string): boolean {
  const head = text.slice(0, HEAD);
  let at = head.charCodeAt(0) === 0xfeff ? 1 : 0;
  for (;;) {
    PROLOG.lastIndex = at;
    const skipped = PROLOG.exec(head);
    if (!skipped) break;
    at += skipped[0].length;
  }
  const rest = head.slice(at);
  // a comment that is being written has no end yet: what it swallows for now still counts
  return ROOT.test(rest) || (rest.startsWith('<!') && /<(?:LWM2M|DDFList)[\s>]/.test(rest));
}
