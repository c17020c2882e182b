import { check } from './failure.ts'

/**
 * Checks that a harness has the methods that its `can` promises: a crash that is not there would leave the rules that
 * need it unbroken, and unchecked.
 *
 * @param methods the method that each means is
 */
export function checkMeans<Need extends string>(
  what: string,
  harness: object,
  can: readonly Need[],
  methods: Readonly<Partial<Record<Need, string>>>,
): void {
  for (const need of can) {
    const name = methods[need]
    if (name === undefined) continue
    const has = typeof (harness as Record<string, unknown>)[name] === 'function'
    check(has, () => `the harness says that it can \`${need}\`, and its ${what} has no method \`${name}\``)
  }
}
