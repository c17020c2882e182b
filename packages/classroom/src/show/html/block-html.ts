import { unreachable } from '@quorate/core'
import type { Inline } from '../../lesson/inline.ts'
import type { Block } from '../../lesson/markdown.ts'
import { type Markup, markup } from './markup.ts'

/** Text of a lesson. `level` is that of headings in it. */
export function blocksHtml(blocks: readonly Block[], level: 3 | 4 = 3): readonly Markup[] {
  return blocks.map((block) => blockHtml(block, level))
}

function blockHtml(block: Block, level: 3 | 4): Markup {
  switch (block.type) {
    case 'paragraph':
      return markup`<p>${inlinesHtml(block.inlines)}</p>\n`
    case 'heading':
      return level === 3
        ? markup`<h3>${inlinesHtml(block.inlines)}</h3>\n`
        : markup`<h4>${inlinesHtml(block.inlines)}</h4>\n`
    case 'list': {
      const items = block.items.map((item) => markup`<li>${itemHtml(item, level)}</li>\n`)
      return block.ordered ? markup`<ol>\n${items}</ol>\n` : markup`<ul>\n${items}</ul>\n`
    }
    case 'quotation':
      return markup`<blockquote>${blocksHtml(block.blocks, level)}</blockquote>\n`
    case 'table':
      return markup`<div class="scroll"><table><thead><tr>${block.head.map(
        (cell) => markup`<th scope="col">${inlinesHtml(cell)}</th>`,
      )}</tr></thead>
<tbody>${block.rows.map((row) => markup`<tr>${row.map((cell) => markup`<td>${inlinesHtml(cell)}</td>`)}</tr>\n`)}</tbody></table></div>\n`
    case 'fence':
      return markup`<pre><code>${block.text}</code></pre>\n`
    default:
      return unreachable(block, 'block')
  }
}

/** A paragraph that is all of an item needs no margins. */
function itemHtml(item: readonly Block[], level: 3 | 4): readonly Markup[] | Markup {
  const [only, more] = item
  return only?.type === 'paragraph' && more === undefined
    ? markup`${inlinesHtml(only.inlines)}`
    : blocksHtml(item, level)
}

function inlinesHtml(inlines: readonly Inline[]): readonly Markup[] {
  return inlines.map((inline) => {
    switch (inline.type) {
      case 'text':
        return markup`${inline.text}`
      case 'code':
        return markup`<code>${inline.text}</code>`
      case 'strong':
        return markup`<strong>${inlinesHtml(inline.inlines)}</strong>`
      case 'emphasis':
        return markup`<em>${inlinesHtml(inline.inlines)}</em>`
      case 'link':
        return linkHtml(inline.target, inline.inlines)
      default:
        return unreachable(inline, 'inline')
    }
  })
}

/** A page by itself cannot lead to a file of the repository: there the path is told. */
function linkHtml(target: string, inlines: readonly Inline[]): Markup {
  const text = inlinesHtml(inlines)
  if (/^https?:\/\//i.test(target)) return markup`<a href="${target}">${text}</a>`
  return target === '' ? markup`${text}` : markup`${text} (<code>${target}</code>)`
}
