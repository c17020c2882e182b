const special = /[.*+?^${}()|[\]\\/]/g

/** Finds a term as a whole word or words, in any case, as one or several; over the end of a line too. */
export function termPattern(term: string): RegExp {
  const words = term.trim().split(/\s+/)
  const last = words.pop()!
  const forms = [...words.map(escaped), pluralForms(last)].join(String.raw`[\s-]+`)
  return new RegExp(String.raw`(?<![\w-])${forms}(?![\w])`, 'giu')
}

function escaped(word: string): string {
  return word.replace(special, String.raw`\$&`)
}

/** `majority`, `majorities`; `index`, `indexes`, `indices`; `quorum`, `quorums`, whichever of the two is given. */
function pluralForms(word: string): string {
  const forms = [escaped(word), `${escaped(word)}(?:s|es)`]
  if (/[^aeiou]y$/i.test(word)) forms.push(`${escaped(word.slice(0, -1))}ies`)
  if (/[^s]s$/i.test(word)) forms.push(escaped(word.slice(0, -1)))
  if (/[ie]x$/i.test(word)) forms.push(`${escaped(word.slice(0, -2))}ices`)
  return `(?:${forms.join('|')})`
}
