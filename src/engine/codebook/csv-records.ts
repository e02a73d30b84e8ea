/** Records of a CSV text with the line each begins at. Quoted fields may hold anything. */
export function csvRecords(text: string): { line: number; fields: string[] }[] {
  const records: { line: number; fields: string[] }[] = [];
  let fields: string[] = [];
  let field = '';
  let isQuoted = false;
  let line = 1;
  let begun = 1;
  const end = () => {
    fields.push(field);
    if (fields.some((one) => one !== '')) records.push({ line: begun, fields });
    [fields, field, begun] = [[], '', line];
  };
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i);
    if (c === '\n') line++;
    if (isQuoted) {
      if (c !== '"') field += c;
      else if (text[i + 1] === '"') field += text[++i] ?? '';
      else isQuoted = false;
    } else if (c === '"') isQuoted = true;
    else if (c === ',') {
      fields.push(field);
      field = '';
    } else if (c === '\n') end();
    else if (c !== '\r') field += c;
  }
  end();
  return records;
}
