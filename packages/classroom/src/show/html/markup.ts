/** HTML or SVG that is safe to put into a page: made by {@link markup} only. */
export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** What {@link markup} takes in its gaps. Text is escaped, numbers are coordinates, undefined and false leave nothing. */
export type Content = string | number | Markup | undefined | false | readonly Content[]

/**
 * A template of HTML or SVG. Whatever is put into it is escaped, in text and in quoted attributes alike, unless it came
 * from such a template itself: so no string can get onto the page unescaped by an oversight.
 */
export function markup(literals: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return new Markup(literals.reduce((text, literal, i) => text + render(contents[i - 1]) + literal))
}

function render(content: Content): string {
  if (content === undefined || content === false) return ''
  if (content instanceof Markup) return content.text
  if (typeof content === 'number') return coordinate(content)
  return typeof content === 'string' ? escape(content) : content.map(render).join('')
}

/** A tenth of a pixel is as fine as anyone sees. */
function coordinate(value: number): string {
  return String(Math.round(value * 10) / 10)
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** What may not be in a document (control characters, halves of a pair), and what turns the direction of the text. */
const unprintable = /(?![\n\t])[\p{Cc}\p{Surrogate}\u202A-\u202E\u2066-\u2069]/gu

function escape(text: string): string {
  return text.replace(unprintable, '\uFFFD').replace(/[&<>"']/g, (c) => entities[c]!)
}
