/** The word that was probably meant by a misspelt one. Pure. */
import { closest, distance } from "fastest-levenshtein";

/** Returns the word that another one resembles, whatever its case; `undefined` if none does. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  if (words.length === 0) return undefined;
  const lower = (text: string) => text.toLowerCase();
  const near = closest(lower(word), words.map(lower));
  const isNear = distance(lower(word), near) <= Math.max(2, word.length / 3);
  return isNear ? words.find((candidate) => lower(candidate) === near) : undefined;
}
