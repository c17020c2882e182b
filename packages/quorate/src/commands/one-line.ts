/**
 * The argument parser's complaint as one line in this program's form. `error: unknown option '--sed'` and, on a line of
 * its own, `(Did you mean --seed?)` become `quorate: unknown option '--sed' (did you mean --seed?); see …`.
 */
export function oneLine(text: string, command: string): string {
  const said = text
    .trim()
    .replace(/^error: /, '')
    .replace(/\s*\n\s*/g, ' ')
    .replace('(Did you', '(did you')
    .replace(/\.$/, '')
  const help = command === 'quorate' ? 'quorate --help' : `quorate ${command} --help`
  return `quorate: ${said}; see ${help}\n`
}
