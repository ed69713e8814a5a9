/** `Organization`. */
import { resources } from "../connector/resources";
import { CollectionObject } from "./collectionObject";

export const organization = new CollectionObject(
  resources.organization,
  ({ organizations }) => organizations,
  { place: "Organizations", kept: "with its members" },
);
