/** A piece of a line of text. */
export type Inline =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'code'; readonly text: string }
  | { readonly type: 'strong'; readonly inlines: readonly Inline[] }
  | { readonly type: 'emphasis'; readonly inlines: readonly Inline[] }
  | { readonly type: 'link'; readonly target: string; readonly inlines: readonly Inline[] }

const code = /^(`+)(.+?)\1(?!`)/s
const link = /^\[([^\]]*)\]\(([^()\s]*)\)/
const strong = /^\*\*(?=\S)(.+?)(?<=\S)\*\*/s
const emphasis = /^(_|\*)(?=[^\s*_])(.+?)(?<=[^\s*_])\1(?!\w)/s

/** Reads the inline marks of Markdown: code, links, **strong** and _emphasis_. What is none of them is text. */
export function inlinesOf(source: string): Inline[] {
  const inlines: Inline[] = []
  let plain = ''
  let rest = source
  const take = (length: number, inline: Inline): void => {
    if (plain !== '') inlines.push({ type: 'text', text: plain })
    plain = ''
    inlines.push(inline)
    rest = rest.slice(length)
  }
  while (rest !== '') {
    const found = inlineAt(rest, plain)
    if (found !== undefined) take(found.length, found.inline)
    else {
      const isEscape = /^\\[!-/:-@[-`{-~]/.test(rest)
      plain += isEscape ? rest[1]! : rest[0]!
      rest = rest.slice(isEscape ? 2 : 1)
    }
  }
  if (plain !== '') inlines.push({ type: 'text', text: plain })
  return inlines
}

function inlineAt(rest: string, before: string): { length: number; inline: Inline } | undefined {
  const isCode = code.exec(rest)
  if (isCode !== null) return { length: isCode[0].length, inline: { type: 'code', text: isCode[2]!.trim() } }
  const isLink = link.exec(rest)
  if (isLink !== null) {
    const inline = { type: 'link', target: isLink[2]!, inlines: inlinesOf(isLink[1]!) } as const
    return { length: isLink[0].length, inline }
  }
  const isStrong = strong.exec(rest)
  if (isStrong !== null) {
    return { length: isStrong[0].length, inline: { type: 'strong', inlines: inlinesOf(isStrong[1]!) } }
  }
  // Inside of a word an underscore is one.
  const isEmphasis = /\w$/.test(before) ? null : emphasis.exec(rest)
  if (isEmphasis === null) return undefined
  return { length: isEmphasis[0].length, inline: { type: 'emphasis', inlines: inlinesOf(isEmphasis[2]!) } }
}

/** The words alone. A link keeps its text; `withTargets` adds where it leads. */
export function plainInlines(inlines: readonly Inline[], withTargets = false): string {
  return inlines
    .map((inline) => {
      if (inline.type === 'text' || inline.type === 'code') return inline.text
      const text = plainInlines(inline.inlines, withTargets)
      const isNamed = inline.type === 'link' && withTargets && inline.target !== '' && inline.target !== text
      return isNamed ? `${text} (${inline.target})` : text
    })
    .join('')
}
