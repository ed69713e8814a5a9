// What a compiler before TypeScript 4.8 reads in place of the types (`typesVersions` in package.json), such as the 3.8 that
// Pulumi's SDK brings for projects without one: its errors name this file. Of the types themselves it would say that the
// arguments lack properties, since it does not know the syntax.
export {};
