/** Joins the class names that are there: `cx(classes.row, isSelected && classes.selected)`. */
export function cx(...names: (string | false | null | undefined)[]): string {
  return names
    .filter((name) => name !== false && name !== null && name !== undefined && name !== '')
    .join(' ');
}
