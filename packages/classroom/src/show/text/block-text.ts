import { unreachable } from '@quorate/core'
import { plainInlines } from '../../lesson/inline.ts'
import type { Block } from '../../lesson/markdown.ts'
import { hanging, wrapText } from './wrap.ts'

/** Blocks of text as lines, with an empty line between them. */
export function blocksText(blocks: readonly Block[], width: number): string[] {
  return blocks.flatMap((block, i) => [...(i === 0 ? [] : ['']), ...blockLines(block, width)])
}

function blockLines(block: Block, width: number): string[] {
  switch (block.type) {
    case 'paragraph':
      return wrapText(plainInlines(block.inlines, true), width)
    case 'heading':
      return wrapText(`${plainInlines(block.inlines)}:`, width)
    case 'list':
      return block.items.flatMap((item, i) => {
        const mark = block.ordered ? `${i + 1}. ` : '- '
        const lines = blocksText(item, width - mark.length)
        return lines.map((line, j) => `${j === 0 ? mark : ' '.repeat(mark.length)}${line}`.trimEnd())
      })
    case 'quotation':
      return blocksText(block.blocks, width - 2).map((line) => `  ${line}`.trimEnd())
    case 'table':
      return tableText(
        block.head.map((cell) => plainInlines(cell)),
        block.rows.map((row) => row.map((cell) => plainInlines(cell))),
        width,
      )
    case 'fence':
      return block.text.split('\n').map((line) => `    ${line}`.trimEnd())
    default:
      return unreachable(block, 'block')
  }
}

/** A table in columns; if it is too wide for that, or has long cells, row by row with the heads as labels. */
export function tableText(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  width: number,
): string[] {
  const widths = head.map((cell, i) => Math.max(cell.length, ...rows.map((row) => (row[i] ?? '').length)))
  const total = widths.reduce((sum, column) => sum + column + 2, 0)
  if (total <= width) {
    return [head, ...rows].map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
  }
  return rows.flatMap((row) => {
    const cells = row.flatMap((cell, i) => (i === 0 || cell === '' ? [] : [`${head[i] ?? ''}: ${cell}`]))
    return [...hanging('- ', `${row[0]}. ${cells.join('; ')}.`, width)]
  })
}
