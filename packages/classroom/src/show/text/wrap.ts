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

/** Stands for a space at which no line ends. */
const tie = '\u0001'

/** As `wrapText`, for items with `;` between them: an item that fits into a line is not broken. */
export function wrapItems(text: string, width: number): string[] {
  const items = text.split('; ').map((item) => (item.length < width ? item.replaceAll(' ', tie) : item))
  return wrapText(items.join('; '), width).map((line) => line.replaceAll(tie, ' '))
}

/** As `wrapText`, with `first` before the first line and spaces of its length before the others. */
export function hanging(first: string, text: string, width: number): string[] {
  const indent = ' '.repeat(first.length)
  return wrapText(text, Math.max(10, width - first.length)).map((line, i) =>
    `${i === 0 ? first : indent}${line}`.trimEnd(),
  )
}
