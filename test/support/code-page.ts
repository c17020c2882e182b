import { existsSync, readFileSync } from 'node:fs'

const docs = new URL('../../docs/', import.meta.url)

/** A row of a table whose first cell is a code, as `V7`. */
export interface CodeRow {
  readonly code: string
  readonly links: readonly URL[]
}

/** A page of the docs in which codes of known mistakes lead to the tests that would find them. */
export class CodePage {
  readonly text: string

  constructor(name: string) {
    this.text = readFileSync(new URL(name, docs), 'utf8')
  }

  /** What stands below a heading, up to the next one of its depth. */
  section(heading: string): string {
    const [, depth] = /^(#+) /.exec(heading)!
    const lines = this.text.split('\n')
    const start = lines.indexOf(heading) + 1
    if (start === 0) throw new Error(`there is no "${heading}"`)
    const length = lines.slice(start).findIndex((line) => line.startsWith(`${depth!} `))
    return lines.slice(start, length < 0 ? undefined : start + length).join('\n')
  }

  /** The files that the page, or a part of it, leads to. */
  linksOf(text = this.text): URL[] {
    return [...text.matchAll(/\]\((\.\.\/[^)#]+)/g)].map(([, path]) => new URL(path!, docs))
  }

  /** Links to files that there are not. */
  get deadLinks(): string[] {
    return this.linksOf()
      .filter((url) => !existsSync(url))
      .map(String)
  }

  get rows(): CodeRow[] {
    return this.text
      .split('\n')
      .filter((line) => /^\| [VCRLMSPT]\d+ /.test(line))
      .map((line) => ({ code: line.split('|')[1]!.trim(), links: this.linksOf(line) }))
  }

  /** Rows without a link, or with one to a file that does not name the code. */
  get unnamed(): string[] {
    return this.rows.flatMap(({ code, links }) => {
      if (links.length === 0) return [`${code} has no test`]
      const silent = links.filter((url) => !new RegExp(`\\b${code}\\b`).test(readFileSync(url, 'utf8')))
      return silent.map((url) => `${code} is not in ${String(url)}`)
    })
  }
}

/** `V1`, `V2`, … for each letter so many. */
export function codesUpTo(counts: Readonly<Record<string, number>>): string[] {
  return Object.entries(counts).flatMap(([letter, count]) =>
    Array.from({ length: count }, (_, i) => `${letter}${i + 1}`),
  )
}
