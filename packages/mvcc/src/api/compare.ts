/** How a compare relates what is stored to what is given. */
export type CompareOperator = '=' | '!=' | '<' | '>'

interface CompareKeys {
  readonly key: Uint8Array
  /** As in a range: the compare must then hold for every key in it. */
  readonly rangeEnd?: Uint8Array | undefined
  readonly operator: CompareOperator
}

/** Compares a value, byte by byte. Never holds for a key that does not exist, not even with `!=`. */
export interface CompareValue extends CompareKeys {
  readonly target: 'value'
  readonly value: Uint8Array
}

/** Compares a number of a key, which is 0 if the key does not exist: so `version = 0` means "is not there". */
export interface CompareNumber extends CompareKeys {
  readonly target: 'version' | 'createRevision' | 'modRevision'
  /** A safe integer. */
  readonly value: number
}

/** One condition of a transaction, on the state before it. */
export type Compare = CompareValue | CompareNumber
