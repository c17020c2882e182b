/** HTML or SVG that is safe to put into a page: made by {@link markup} only. */
export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** What {@link markup} takes in its gaps. Text is escaped; undefined and false leave nothing. */
export type Content = string | number | Markup | undefined | false | readonly Content[]

/** A template of HTML or SVG. Whatever is put into it is escaped, unless it came from such a template itself. */
export function markup(literals: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return new Markup(literals.reduce((text, literal, i) => text + render(contents[i - 1]) + literal))
}

function render(content: Content): string {
  if (content === undefined || content === false) return ''
  if (content instanceof Markup) return content.text
  if (typeof content === 'number') return String(Math.round(content * 10) / 10)
  return typeof content === 'string' ? escape(content) : content.map(render).join('')
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** What may not be in a document, and what turns the direction of the text. */
const unprintable = /(?![\n\t])[\p{Cc}\p{Surrogate}\u202A-\u202E\u2066-\u2069]/gu

function escape(text: string): string {
  return text.replace(unprintable, '\uFFFD').replace(/[&<>"']/g, (letter) => entities[letter]!)
}
