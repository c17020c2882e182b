/** From a value to a place on the page. */
export interface Scale {
  (value: number): number
  /** The values that it spans. */
  readonly domain: readonly [number, number]
  readonly range: readonly [number, number]
}

export function linearScale(domain: readonly [number, number], range: readonly [number, number]): Scale {
  const [from, to] = domain
  const unit = (range[1] - range[0]) / (to - from || 1)
  return Object.assign((value: number) => range[0] + (value - from) * unit, { domain, range })
}

/** Equal ratios are equally far apart. */
export function logScale(domain: readonly [number, number], range: readonly [number, number]): Scale {
  const inner = linearScale([Math.log10(domain[0]), Math.log10(domain[1])], range)
  return Object.assign((value: number) => inner(Math.log10(value)), { domain, range })
}

/** Round values that divide a linear domain into about `count` parts. */
export function linearTicks([from, to]: readonly [number, number], count: number): readonly number[] {
  const rough = (to - from) / count
  if (!(rough > 0)) return [from]
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough * 0.999)!
  const first = Math.ceil(from / step - 1e-9)
  const last = Math.floor(to / step + 1e-9)
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)))
}

/** The next round value that is not below `value`: a good end for an axis. */
export function roundUp(value: number, count = 4): number {
  if (!(value > 0)) return 1
  const ticks = linearTicks([0, value], count)
  const step = (ticks[1] ?? value) - (ticks[0] ?? 0)
  return Math.ceil(value / step - 1e-9) * step
}

/** 1, 2 and 5 times the powers of ten within the domain; the powers alone if that would be too many. */
export function logTicks([from, to]: readonly [number, number]): readonly number[] {
  const powers = Array.from(
    { length: Math.ceil(Math.log10(to)) - Math.floor(Math.log10(from)) + 1 },
    (_, i) => Math.floor(Math.log10(from)) + i,
  )
  const factors = powers.length > 4 ? [1] : [1, 2, 5]
  return powers
    .flatMap((power) => factors.map((factor) => Number((factor * 10 ** power).toPrecision(6))))
    .filter((tick) => tick >= from * 0.999 && tick <= to * 1.001)
}
