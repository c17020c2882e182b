import { expect } from 'vitest'

const empty = new Set(['meta', 'link', 'br', 'hr', 'img', 'input'])
const tag = /<(\/?)([a-zA-Z][a-zA-Z0-9]*)((?:\s+[a-zA-Z][-:a-zA-Z0-9]*="[^"<]*")*)\s*(\/?)>/y

/** An element's start: its name and attributes. */
export interface Start {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
}

/**
 * Reads a page far more strictly than a browser does: each tag is closed by its own, in order, each attribute is quoted,
 * and no `<`, `&` or quote stands anywhere that is not markup.
 */
export function readDocument(page: string): readonly Start[] {
  const starts: Start[] = []
  const open: string[] = []
  let at = '<!doctype html>'.length
  expect(page.slice(0, at)).toBe('<!doctype html>')
  while (at < page.length) {
    const next = open.at(-1) === 'style' ? page.indexOf('</style>', at) : page.indexOf('<', at)
    const text = page.slice(at, next === -1 ? page.length : next)
    if (open.at(-1) !== 'style') expect(text).not.toMatch(/&(?!(?:amp|lt|gt|quot|#39);)|>/)
    if (next === -1) break
    tag.lastIndex = next
    const match = tag.exec(page)
    if (match === null) expect.fail(`not a tag: ${page.slice(next, next + 80)}`)
    const [whole, slash, name = '', attributes = '', closed] = match
    if (slash !== '') expect(name).toBe(open.pop())
    else {
      const pairs = [...attributes.matchAll(/([-:\w]+)="([^"]*)"/g)].map(
        ([, key, value]) => [key!, value!] as const,
      )
      expect(new Set(pairs.map(([key]) => key)).size).toBe(pairs.length)
      starts.push({ name, attributes: new Map(pairs) })
      if (closed === '' && !empty.has(name)) open.push(name)
    }
    at = next + whole.length
  }
  expect(open).toEqual([])
  return starts
}
