import { termWord } from './words.ts'

/** What broke, as a violation's message says it, in the words of the lessons and of that engine. */
export function violationText(message: string, engine: string): string {
  const { words, context } = parted(message)
  const plain = words
    .replace(/\breplica(s?)\b(?='s| \d|:)/g, 'node$1')
    .replace(/\bepoch\b/g, termWord(engine))
    .replace(/\bepochs\b/g, `${termWord(engine)}s`)
  return `${plain}${context === undefined ? '' : ` (${contextText(context)})`}`
}

/** A check of the engine puts what it has found behind its words, as JSON. */
function parted(message: string): { words: string; context: object | undefined } {
  const found = /^(.*?)\s*(\{.*\})$/s.exec(message)
  const [, words, json] = found ?? []
  if (words === undefined || json === undefined) return { words: message, context: undefined }
  try {
    return { words, context: JSON.parse(json) as object }
  } catch {
    return { words: message, context: undefined }
  }
}

function contextText(context: object): string {
  return Object.entries(context)
    .map(([name, value]) => {
      const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
      return `${words} ${typeof value === 'string' ? value : JSON.stringify(value)}`
    })
    .join(', ')
}
