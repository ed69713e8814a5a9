/** What threads compute, such as keys. Virtual time stands still meanwhile: Node.js does not list such work as active. */
const underWay = new Set<Promise<unknown>>();

export const isComputing = () => underWay.size > 0;

/** Keeps account of a computation until it has ended. */
export async function computed<Result>(computation: Promise<Result>): Promise<Result> {
  underWay.add(computation);
  try {
    return await computation;
  } finally {
    underWay.delete(computation);
  }
}
