import { XMLBuilder, XMLParser } from 'fast-xml-parser'

const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@', format: true, suppressEmptyNode: false })
const parser = new XMLParser({ ignoreAttributes: true, parseTagValue: false, isArray: (name) => name === 'Part' })

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'

export const writeXml = (root, fields) => HEAD + builder.build({ [root]: fields })

export const writeResult = (root, fields) => writeXml(root, { '@xmlns': 'http://doc.oss-cn-hangzhou.aliyuncs.com', ...fields })

/** @returns the parsed document, or undefined when it is no XML */
export function readXml(text) {
  try {
    return parser.parse(text, true)
  } catch {
    return undefined
  }
}
