/**
 * Whether a text is a URL. `URL.canParse` is no substitute: once Node.js 20 has optimized it, it refuses URLs with characters
 * such as ü, which it reads as UTF-8 although they are Latin-1 (seen with Node.js 20.20, after some thousands of calls).
 */
export function isUrl(text: string, base?: string): boolean {
  try {
    return new URL(text, base).href !== "";
  } catch {
    return false;
  }
}
