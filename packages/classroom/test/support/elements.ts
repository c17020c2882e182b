/** An element of a page, as its start tag says it. */
export interface Element {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
}

/** Elements of HTML that have no end tag. */
const single = new Set(['meta', 'link', 'br'])
const token =
  /<!doctype html>|<(\/?)([a-zA-Z][\w-]*)((?:\s+[\w:-]+="[^"<>]*")*)\s*(\/?)>|<[^]?|&(?!(?:amp|lt|gt|quot|#39);)/g

/**
 * All elements of a page, in the order of their start tags.
 *
 * @throws Error for tags that do not fit each other, and for `<` and `&` that are none of a tag or an entity
 */
export function elementsOf(page: string): readonly Element[] {
  const elements: Element[] = []
  const open: string[] = []
  const body = page.replace(/<style>.*?<\/style>/s, '<style></style>')
  for (const [text, end, name, attributes, isClosed] of body.matchAll(token)) {
    if (text.startsWith('<!doctype')) continue
    if (name === undefined) throw new Error(`${text} is no tag or entity`)
    if (end === '/') {
      const last = open.pop()
      if (last !== name) throw new Error(`</${name}> ends <${last}>`)
      continue
    }
    const pairs = [...attributes!.matchAll(/([\w:-]+)="([^"]*)"/g)].map(
      ([, key, value]) => [key!, value!] as const,
    )
    elements.push({ name, attributes: new Map(pairs) })
    if (isClosed !== '/' && !single.has(name)) open.push(name)
  }
  if (open.length > 0) throw new Error(`<${open.at(-1)}> has no end`)
  return elements
}
