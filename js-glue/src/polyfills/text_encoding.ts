// UTF-8 for phones, which have neither TextEncoder nor TextDecoder: as much of both as wasm-bindgen's glue uses.

/** UTF-8 with one character a byte. A lone surrogate becomes U+FFFD, as the Encoding Standard has it. */
export const toBinaryString = (text: string): string => unescape(encodeURIComponent(text.replace(/[\ud800-\udfff]/gu, '\ufffd')))

export function encodeUtf8(text: string): Uint8Array {
  const binary = toBinaryString(text)
  const bytes = new Uint8Array(binary.length)
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i)
  return bytes
}

/** Never throws: in bytes that are not UTF-8 whatever is not ASCII becomes U+FFFD. */
export function decodeUtf8(bytes: Uint8Array): string {
  let binary = ''
  // Engines limit the number of arguments of one call.
  for (let i = 0; i < bytes.length; i += 4096) binary += String.fromCharCode.apply(null, bytes.subarray(i, i + 4096) as any)
  try {
    return decodeURIComponent(escape(binary))
  } catch (_) {
    return binary.replace(/[^\0-\x7f]+/g, '\ufffd')
  }
}

/** Without encodeInto: the glue brings its own where it is missing. */
export class TextEncoder {
  encode(text: string): Uint8Array {
    return encodeUtf8(text)
  }
}

/** Neither streams nor labels. A byte order mark is kept, which the glue asks for. */
export class TextDecoder {
  decode(bytes?: Uint8Array): string {
    return bytes ? decodeUtf8(bytes) : ''
  }
}
