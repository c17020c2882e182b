/**
 * Colours of the engines, as CSS variables for light and dark pages. The first three (blue, vermilion, bluish green)
 * are Okabe and Ito's, told apart with every kind of colour blindness; they are darkened or lightened so that text in
 * them is readable on the page. All lines are labelled too, so nothing hangs on colour alone.
 */
export const lightColors: readonly string[] = [
  '#0072b2',
  '#c04a00',
  '#00785a',
  '#a03c78',
  '#7a6200',
  '#5a4fa0',
]
export const darkColors: readonly string[] = [
  '#5ab8ee',
  '#ff8b3d',
  '#2fc79b',
  '#e795c6',
  '#e3c62f',
  '#b1a8ff',
]

/** CSS for the colour of the engine at `index`. */
export function engineColor(index: number): string {
  return `var(--engine-${index % lightColors.length})`
}

/** Definitions of the variables that {@link engineColor} names. */
export function colorVariables(colors: readonly string[]): string {
  return colors.map((color, i) => `--engine-${i}: ${color};`).join(' ')
}
