/** Breaks words into lines no longer than `width`; a word that is longer is broken itself. */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of wordsOf(text, width)) {
    if (line === '') line = word
    else if (line.length + 1 + word.length <= width) line += ` ${word}`
    else {
      lines.push(line)
      line = word
    }
  }
  return line === '' && lines.length > 0 ? lines : [...lines, line]
}

function wordsOf(text: string, width: number): string[] {
  return text
    .split(/\s+/)
    .filter((word) => word !== '')
    .flatMap((word) => word.match(new RegExp(`.{1,${width}}`, 'gsu')) ?? [])
}

/** As `wrapText`, with `first` before the first line and spaces of its length before the others. */
export function hanging(first: string, text: string, width: number): string[] {
  const indent = ' '.repeat(first.length)
  return wrapText(text, Math.max(10, width - first.length)).map((line, i) =>
    `${i === 0 ? first : indent}${line}`.trimEnd(),
  )
}
