/** HTML or SVG in which everything that is not markup is escaped: only {@link markup} makes it. */
export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** What may stand in a gap of {@link markup}: text is escaped, numbers are rounded, `undefined` and `false` are nothing. */
export type Gap = string | number | Markup | undefined | false | readonly Gap[]

/** A template of HTML or SVG. What a history contains cannot become part of the page's markup. */
export function markup(literals: TemplateStringsArray, ...gaps: readonly Gap[]): Markup {
  let text = withoutIndent(literals[0]!)
  for (const [at, gap] of gaps.entries()) text += render(gap) + withoutIndent(literals[at + 1]!)
  return new Markup(text)
}

/** Templates are indented for those who read the code. */
function withoutIndent(literal: string): string {
  return literal.replaceAll(/\n\s+/g, '\n')
}

/** Markup that needs no gaps, such as a style sheet. */
export function verbatim(text: string): Markup {
  return new Markup(text)
}

function render(gap: Gap): string {
  if (gap === undefined || gap === false) return ''
  if (typeof gap === 'number') return String(Math.round(gap * 10) / 10)
  if (typeof gap === 'string') return escaped(gap)
  return gap instanceof Markup ? gap.text : gap.map(render).join('')
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escaped(text: string): string {
  return printable(text).replaceAll(/[&<>"']/g, (character) => entities[character]!)
}

/** Control characters, halves of pairs, and marks that turn the direction of text do not belong into a document. */
function printable(text: string): string {
  return text.replaceAll(/(?![\n\t])[\p{Cc}\p{Surrogate}\u202A-\u202E\u2066-\u2069]/gu, '\uFFFD')
}

/** Text in at most so many characters. */
export function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, Math.max(0, most - 1))}…`
}
