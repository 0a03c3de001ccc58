/**
 * Words for a message, a prompt or a progress of VS Code, which makes links of `[words](command:…)` there and runs the
 * command at a click: a stranger's identity, endpoint name or diagnostic that is written so stays text, the brackets apart
 * (VS Code `src/vs/base/common/linkedText.ts`).
 */
export const plainWords = (text: string): string => text.replace(/\]\(/g, '] (');
