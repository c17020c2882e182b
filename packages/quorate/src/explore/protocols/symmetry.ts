import type { Plain } from '@quorate/core'

/** Gives an acceptor its new id. */
export type Rename = (acceptor: number) => number

/** Every way to give the ids 1 to `n` out anew, the identity first: `renames[i - 1]` is the new id of `i`. */
export function permutations(n: number): readonly (readonly number[])[] {
  if (n === 0) return [[]]
  return permutations(n - 1).flatMap((rest) => {
    const places = Array.from({ length: n }, (_, i) => n - 1 - i)
    return places.map((place) => [...rest.slice(0, place), n, ...rest.slice(place)])
  })
}

/** Fields of states and messages that name an acceptor, list some, or list what each has answered. */
const fields: Readonly<Record<string, (value: Plain, rename: Rename) => Plain>> = {
  from: (value, rename) => rename(value as number),
  // The fields of a client's change are values of the register.
  change: (value) => value,
  promisedBy: renameList,
  acceptedBy: renameList,
  answers: (value, rename) =>
    (value as readonly { readonly from: number }[])
      .map((answer) => ({ ...answer, from: rename(answer.from) }))
      .sort((a, b) => a.from - b.from),
}

/** The same with acceptors renamed: they are interchangeable, so it behaves in the same way. */
export function renameAcceptors(value: Plain, rename: Rename): Plain {
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, field]: [string, Plain]) => {
      const renamed = Object.hasOwn(fields, name)
        ? fields[name]!(field, rename)
        : renameAcceptors(field, rename)
      return [name, renamed]
    }),
  )
}

function renameList(value: Plain, rename: Rename): Plain {
  return (value as readonly number[]).map(rename).sort((a, b) => a - b)
}
