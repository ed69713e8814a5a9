/** Tables of the page. Pure. */
import { classed, type Content, type Markup, markup } from "./template";

export interface Column {
  readonly title: string;
  /** `number`: aligned at the right. `minor`: left out on a narrow screen. */
  readonly style?: "number" | "minor" | "number minor";
}

/** @param rows the cells of each row, the first of which names it */
export function tableOf(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly Content[])[],
): Markup {
  const headings = columns.map(({ title, style }) => markup`<th scope="col"${classed(style)}>${title}</th>`);
  const cells = (row: readonly Content[]) =>
    row.map((cell, index) =>
      index === 0
        ? markup`<th scope="row">${cell}</th>`
        : markup`<td${classed(columns[index]?.style)}>${cell}</td>`,
    );
  return markup`<table>
<caption>${caption}</caption>
<thead><tr>${headings}</tr></thead>
<tbody>
${rows.map((row) => markup`<tr>${cells(row)}</tr>\n`)}</tbody>
</table>
`;
}
