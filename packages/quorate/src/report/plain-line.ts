/** Control characters, line separators, and what turns the direction of the text that follows. */
const unprintable = /[\p{Cc}\u2028-\u202E\u2066-\u2069]/gu

/** Text from elsewhere made safe for one line of a terminal, whose cursor and colours it would else change. */
export function plainLine(text: string): string {
  return text.replace(unprintable, ' ')
}
