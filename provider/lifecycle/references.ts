/** Objects that a program names by their ID or by their name. */
import type { LogtoError } from "../logto/errors";
import { quote } from "../untrustedText";
import { notFound, rejection } from "./errorContext";

interface Referable {
  readonly id: string;
  readonly name: string;
}

export interface ReferredKind<Item extends Referable> {
  /** Such as `organization role`. */
  readonly noun: string;
  /** The input that has the texts. */
  readonly property: string;
  readonly objects: {
    list(): Promise<readonly Item[]>;
    /** Finds an object; only a list of this moment says that there is none. */
    find(among: (all: readonly Item[]) => Item | undefined): Promise<Item | undefined>;
  };
  /** Returns the error of an object that the input cannot have. */
  readonly refuse: (item: Item, text: string) => LogtoError | undefined;
  /** Returns what to do where there is no such object, given the others that the input can have. */
  readonly advice: (names: readonly string[]) => string;
}

/** @throws LogtoError unless each text is the ID or the name of an object of its own, which the input can have */
export async function idsOf<Item extends Referable>(
  { noun, property, objects, refuse, advice }: ReferredKind<Item>,
  texts: readonly string[],
): Promise<string[]> {
  const given = new Map<string, string>();
  for (const text of texts) {
    const item = await objects.find(
      (all) => all.find(({ id }) => id === text) ?? all.find(({ name }) => name === text),
    );
    if (item === undefined) {
      const usable = (await objects.list()).filter((one) => refuse(one, one.name) === undefined);
      const names = shown(usable.map(({ name }) => quote(name)));
      throw notFound(`${noun} with the ID or name ${quote(text)}`, property, advice(names));
    }
    const refusal = refuse(item, text);
    if (refusal !== undefined) throw refusal;
    const other = given.get(item.id);
    if (other !== undefined) {
      const same = `${quote(other)} and ${quote(text)} are the same ${noun}`;
      throw rejection("duplicate", `${property}: ${same}. Remove one of the two.`);
    }
    given.set(item.id, text);
  }
  return [...given.keys()];
}

const maxNames = 20;

function shown(names: readonly string[]): readonly string[] {
  return names.length > maxNames ? [...names.slice(0, maxNames), "…"] : names;
}
