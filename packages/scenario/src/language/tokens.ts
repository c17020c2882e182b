import { scriptError } from './problem.ts'

/** A piece of a line. `position` is `#2`, the second of several; `text` is what stood in quotes, without them. */
export interface Token {
  readonly kind: 'word' | 'text' | 'position' | '->' | '|' | ',' | '{' | '}' | '=' | ':'
  readonly text: string
}

const word = /^[A-Za-z0-9_.](?:[A-Za-z0-9_.]|-(?!>))*/
const quoted = /^"(?:[^"\\]|\\.)*"/
const position = /^#(\d+)/
const sign = /^(?:->|[|,{}=:])/

/** The tokens of a line, without its comment: `#` and the rest, unless a digit follows. */
export function tokensOf(source: string, line: number): Token[] {
  const tokens: Token[] = []
  let rest = source.trim()
  while (rest !== '') {
    if (/^#(?!\d)/.test(rest) || (tokens.length === 0 && rest.startsWith('#'))) break
    const [token, length] = firstToken(rest, line)
    tokens.push(token)
    rest = rest.slice(length).trimStart()
  }
  return tokens
}

function firstToken(rest: string, line: number): [Token, number] {
  const isSign = sign.exec(rest)?.[0]
  if (isSign !== undefined) return [{ kind: isSign as Token['kind'], text: isSign }, isSign.length]
  const isWord = word.exec(rest)?.[0]
  if (isWord !== undefined) return [{ kind: 'word', text: isWord }, isWord.length]
  const isQuoted = quoted.exec(rest)?.[0]
  if (isQuoted !== undefined) return [{ kind: 'text', text: unquote(isQuoted, line) }, isQuoted.length]
  const isPosition = position.exec(rest)
  if (isPosition !== null) return [{ kind: 'position', text: isPosition[1]! }, isPosition[0].length]
  if (rest.startsWith('"')) throw scriptError(line, `the text ${rest} has no closing quote`)
  const character = String.fromCodePoint(rest.codePointAt(0)!)
  throw scriptError(line, `nothing can begin with "${character}"; put text in quotes`)
}

/** Escapes as in JSON. A character is a byte of the command, so that what is proposed can be any bytes. */
function unquote(source: string, line: number): string {
  let text: string
  try {
    text = JSON.parse(source) as string
  } catch {
    throw scriptError(line, `the text ${source} has an escape that JSON does not know`)
  }
  return text
}

/** Can every character stand for a byte? */
export function isBytes(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0xff) return false
  return true
}
