import { QuorateError } from '@quorate/core'
import type { Lab, Mutant } from './lab.ts'

/**
 * The solution with a mutant's text replaced.
 *
 * @throws QuorateError `USAGE` if a text to replace does not stand in the solution exactly once
 */
export function mutate({ data, solution }: Pick<Lab, 'data' | 'solution'>, mutant: Mutant): string {
  return mutant.replace.reduce((text, [from, to]) => {
    const parts = text.split(from)
    if (parts.length !== 2) {
      const found = `${parts.length - 1} times in the solution`
      throw new QuorateError(
        'USAGE',
        `mutant ${mutant.name}: ${JSON.stringify(from)} stands ${found}, not once`,
      )
    }
    return parts.join(to)
  }, solution[data.module]!)
}

/** A module from its text alone. It cannot import files. */
export async function importText(text: string): Promise<Readonly<Record<string, unknown>>> {
  return (await import(`data:text/javascript,${encodeURIComponent(text)}`)) as Record<string, unknown>
}
