/** Breaks a line of parts that ` · ` separates between two parts, so that no line is longer than `width`. */
export function wrap(line: string, width: number): readonly string[] {
  const lines: string[] = []
  for (const part of line.split(' · ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 3 + part.length <= width)
      lines[lines.length - 1] = `${last} · ${part}`
    else lines.push(part)
  }
  return lines
}
