import { InvalidArgumentError } from 'commander'

/** A commander parser for whole numbers from `least` to `most`. */
export function wholeNumber(least: number, most: number = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (Number.isSafeInteger(value) && value >= least && value <= most && text.trim() !== '') return value
    throw new InvalidArgumentError(`it must be a whole number from ${least} to ${most}.`)
  }
}

/** A commander parser for positive numbers. */
export function positiveNumber(text: string): number {
  const value = Number(text)
  if (Number.isFinite(value) && value > 0) return value
  throw new InvalidArgumentError('it must be a number above 0.')
}

/** A commander parser for lists with commas. */
export function commaList(text: string): string[] {
  const items = text.split(',').map((item) => item.trim())
  if (items.every((item) => item !== '')) return items
  throw new InvalidArgumentError('it must be a list with commas, without gaps.')
}
